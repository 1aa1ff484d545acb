// The page of the API follows the theme of the application.
(() => {
  const follow = () => {
    const { dataset, classList } = document.documentElement;
    classList.toggle("dark-mode", dataset.bsTheme === "dark");
  };
  addEventListener("ror:theme", follow);
  follow();
})();
