// Applies the chosen theme before the first paint; "system" follows the machine.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const choice = () => root.dataset.themeChoice || localStorage.getItem("ror-theme") || "system";
  const apply = () => {
    const chosen = choice();
    const theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    if (root.dataset.bsTheme === theme) return;
    root.dataset.bsTheme = theme;
    window.dispatchEvent(new CustomEvent("ror:theme", { detail: theme }));
  };
  window.rorTheme = {
    choice,
    set(value) {
      if (root.dataset.themeChoice) root.dataset.themeChoice = value;
      localStorage.setItem("ror-theme", value);
      apply();
    },
  };
  dark.addEventListener("change", apply);
  apply();
})();
