// Search everything: / opens it, the arrows walk through what was found, Enter goes to the first.
(() => {
  const dialog = document.getElementById("search");
  if (!dialog?.showModal) return;
  const field = dialog.querySelector("input");
  const list = document.getElementById("search-found");
  const said = dialog.querySelector("[role=status]");
  const links = () => [...list.querySelectorAll("a")];
  const words = () => field.value.trim().replace(/\s+/g, " ");
  // Whether what is listed answers what is typed; Enter waits for it.
  const isAnswered = () => list.querySelector("[data-q]")?.dataset.q === words();
  let isWanted = false;

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    field.select();
  }

  function walk(step) {
    const all = links();
    const next = all.indexOf(document.activeElement) + step;
    if (next < 0) field.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  }

  function tell() {
    const n = list.querySelectorAll("li").length;
    said.textContent = words() ? `${n} found` : "";
  }

  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isTyped = (event.key.length === 1 && !event.ctrlKey && !event.metaKey) || event.key === "Backspace";
    if (step) {
      event.preventDefault();
      walk(step);
    } else if (event.key === "Escape") {
      // A field of this type would only empty itself.
      event.preventDefault();
      dialog.close();
    } else if (event.target.matches("a") && isTyped) field.focus();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!words()) return;
    isWanted = !isAnswered();
    if (!isWanted) links()[0]?.click();
  });
  list.addEventListener("htmx:afterSwap", () => {
    tell();
    if (isWanted && isAnswered()) {
      isWanted = false;
      links()[0]?.click();
    }
  });
  field.addEventListener("input", () => { isWanted = false; });
  field.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful || !detail.xhr || detail.xhr.status === 401) return;
    const note = Object.assign(document.createElement("p"), { className: "found-none", textContent: "Not searched: no answer. Type again to try again." });
    list.replaceChildren(note);
  });
  // A click beside it closes it.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-search-close]")) dialog.close();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-search-open]")) return;
    event.preventDefault();
    open();
  });
  window.rorSearch = open;
})();
