// What says how things stand says "unknown" while nobody can tell: gauges, the system card, the
// monitor. `data-unknown` marks the texts, its value is what is said instead.
(() => {
  const kept = new Map();

  function hide(element) {
    if (kept.has(element)) return;
    kept.set(element, [...element.childNodes]);
    element.replaceChildren(element.dataset.unknown || "unknown");
  }

  function show() {
    for (const [element, nodes] of kept) if (element.isConnected) element.replaceChildren(...nodes);
    kept.clear();
  }

  const blind = () => ["lost", "logged-out"].includes(document.documentElement.dataset.standing);
  function settle() {
    if (!blind()) return show();
    for (const element of document.querySelectorAll("[data-unknown]")) hide(element);
    return undefined;
  }
  addEventListener("ror:standing", settle);
  document.addEventListener("htmx:afterSettle", () => blind() && settle());
})();
