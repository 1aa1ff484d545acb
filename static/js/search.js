// Search everything: / opens it, the arrows walk through what was found, Enter goes to the first.
(() => {
  const dialog = document.getElementById("search");
  if (!dialog?.showModal) return;
  const field = dialog.querySelector("input");
  const links = () => [...dialog.querySelectorAll(".found a")];

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    field.select();
  }

  function walk(step) {
    const all = links();
    const at = all.indexOf(document.activeElement);
    const next = at + step;
    if (next < 0) field.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  }

  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      walk(step);
    }
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    links()[0]?.click();
  });
  // A click beside it closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-search-open]")) return;
    event.preventDefault();
    open();
  });
  window.rorSearch = open;
})();
