// What explains itself: on hover, focus and tap a short text stands below it, with a link to the help.
// Figures carry their definition as a title; words get theirs from the table of words.
(() => {
  const FIGURES = ".hint[title], .kpi-label[title], .kpi-table th[title], .trust-table th[title]";
  const EXPLAINED = `[data-explain], ${FIGURES}`;
  const PATIENCE_MS = 350;
  let tip = null;
  let owner = null;
  let timer = 0;

  function texts(label) {
    if (label.title) {
      // The browser's own box would come on top.
      label.dataset.explain = label.title;
      label.removeAttribute("title");
    }
    const more = label.closest(".trust") ? "/help/trust-checks.html" : "/help/kpis.html";
    return { term: label.dataset.term, text: label.dataset.explain, more: label.dataset.more || more };
  }

  function build({ term, text, more }) {
    const made = Object.assign(document.createElement("div"), { className: "explanation", id: "explanation" });
    made.setAttribute("role", "tooltip");
    const line = document.createElement("p");
    if (term) line.append(Object.assign(document.createElement("strong"), { textContent: term }), ": ");
    line.append(text);
    made.append(line, Object.assign(document.createElement("a"), { href: more, textContent: "More in the help" }));
    return made;
  }

  function show(label) {
    clearTimeout(timer);
    if (owner === label) return;
    hide();
    owner = label;
    tip = build(texts(label));
    // Beside the label in the order of keys, so that Tab reaches its link.
    (label.closest("dialog, .modal") || document.body).append(tip);
    label.setAttribute("aria-describedby", "explanation");
    place(label);
  }

  function place(label) {
    const box = label.getBoundingClientRect();
    const room = document.documentElement.clientWidth - tip.offsetWidth - 12;
    const isBelow = box.bottom + tip.offsetHeight + 12 < innerHeight || box.top < tip.offsetHeight + 12;
    tip.style.left = `${Math.max(12, Math.min(box.left, room)) + scrollX}px`;
    tip.style.top = `${(isBelow ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + scrollY}px`;
  }

  function hide() {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    tip?.remove();
    tip = owner = null;
  }
  const hideSoon = () => { clearTimeout(timer); timer = setTimeout(hide, PATIENCE_MS); };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const label = event.target.closest?.(EXPLAINED);
    if (label && label !== owner) {
      clearTimeout(timer);
      timer = setTimeout(show, PATIENCE_MS, label);
    } else if (label || tip?.contains(event.target)) clearTimeout(timer);
    else if (tip && !owner?.matches(":focus")) hideSoon();
    else if (!tip) clearTimeout(timer);
  });
  document.addEventListener("click", (event) => {
    const label = event.target.closest(EXPLAINED);
    if (label) show(label);
    else if (tip && !tip.contains(event.target)) hide();
  });
  document.addEventListener("focusin", (event) => {
    const label = event.target.closest?.(EXPLAINED);
    if (label?.matches(":focus-visible")) show(label);
    else if (tip && !tip.contains(event.target) && event.target !== owner) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (!tip) return;
    if (event.key === "Escape") {
      owner?.focus({ preventScroll: true });
      hide();
    } else if (event.key === "Tab" && !event.shiftKey && document.activeElement === owner) {
      // The link stands at the end of the page: Tab goes there and back as if it stood here.
      event.preventDefault();
      tip.querySelector("a").focus();
    } else if (event.key === "Tab" && tip.contains(document.activeElement)) {
      const from = owner;
      if (event.shiftKey) event.preventDefault();
      from.focus({ preventScroll: true });
      if (!event.shiftKey) hide();
    } else if (event.key === "Enter" && document.activeElement === owner && owner.matches(".kpi-label")) show(owner);
  });
  addEventListener("scroll", () => { if (tip && !tip.matches(":hover")) hide(); }, { passive: true, capture: true });
})();
