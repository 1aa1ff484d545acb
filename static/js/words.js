// Words that stand as labels explain themselves: heads of tables and cards, names of facts and fields.
(() => {
  const LABELS = "thead th, dt, legend, label.form-label, span.form-label, .card-title, .tile-label, .segment";
  const BADGES = ".page-head .badge, .card-header .badge";
  let table = null;

  // "Market time (ET)" and "BT 75d" are the same words as without what follows.
  const plain = (text) => text.trim().replace(/\s+/g, " ").replace(/ \(.*\)$| \d+d$|( optional)$/, "").toLowerCase();

  function button(className, [term, sentence, more], text) {
    const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
    Object.assign(made.dataset, { explain: sentence, term, more });
    return made;
  }

  // Only what is plain text is replaced: nothing that scripts write into, no links, no controls.
  function take(label) {
    if (label.closest("[data-explain], a, button, summary, [data-unknown], .words") || label.title || label.dataset.worded) return;
    const known = table[plain(label.textContent)];
    if (!known || (label.closest("label") && !label.matches("label"))) return;
    label.dataset.worded = "";
    if (label.matches("label")) {
      if (label.nextElementSibling?.matches(".word-mark")) return;
      // A click on a label goes to its field, so a mark beside it explains.
      const mark = button("word-mark", known, "?");
      mark.setAttribute("aria-label", `What “${known[0]}” means`);
      label.after(mark);
      return;
    }
    if (label.childNodes.length !== 1 || label.firstChild.nodeType !== Node.TEXT_NODE) return;
    const text = label.textContent.trim();
    label.replaceChildren(button("word", known, text));
  }

  function read(root) {
    if (!table || !root.querySelectorAll) return;
    for (const label of root.querySelectorAll(`${LABELS}, ${BADGES}`)) take(label);
  }

  document.addEventListener("htmx:load", ({ detail }) => read(detail.elt.parentElement || detail.elt));
  const url = document.body.dataset.wordsUrl;
  if (!url) return;
  fetch(url)
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((found) => { table = found; read(document); })
    .catch(() => {});
})();
