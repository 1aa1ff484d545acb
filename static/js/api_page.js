// The page of the API follows the theme: what draws it has dark colours of its own.
(() => {
  const root = document.documentElement;
  const follow = () => root.classList.toggle("dark-mode", root.dataset.bsTheme === "dark");
  window.addEventListener("ror:theme", follow);
  follow();
})();
