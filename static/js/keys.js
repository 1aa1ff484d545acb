// Keys: g and a letter goes to a page of the navigation, / or Ctrl K opens the search, ? the help.
(() => {
  const TYPED_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
  let pending = "";

  function go(key) {
    const link = document.querySelector(`.side [data-key="${CSS.escape(key)}"]`);
    if (link && window.rorStanding.word !== "lost") location.assign(link.href);
  }

  function search(event) {
    if (!window.rorSearch || document.querySelector(".modal.show")) return;
    event.preventDefault();
    window.rorSearch();
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") return search(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(TYPED_IN) || document.querySelector("dialog[open]")) return;
    if (pending === "g") go(event.key);
    pending = event.key === "g" ? "g" : "";
    if (event.key === "?") document.querySelector('[data-bs-target="#help"]')?.click();
    if (event.key === "/") search(event);
  });
})();
