// Keys: g and a letter goes to a page, / opens the search, ? the help.
(() => {
  let pending = "";
  const places = { d: "/", s: "/strategies/", p: "/packs/", a: "/alerts/", w: "/webhooks/" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const isHeld = window.rorStanding.word === "lost";
    if (pending === "g" && places[event.key] && !isHeld) location.assign(places[event.key]);
    pending = event.key === "g" ? "g" : "";
    if (event.key === "?") document.querySelector('[data-bs-target="#help"]')?.click();
    if (event.key === "/" && window.rorSearch) {
      event.preventDefault();
      window.rorSearch();
    }
  });
})();
