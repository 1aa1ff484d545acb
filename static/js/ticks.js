// Rows that are ticked: all at once, a span of them with Shift, how many there are, and what an action
// needs beside them.
(() => {
  for (const form of document.querySelectorAll("[data-ticks]")) watch(form);
  // A table that came in place of another one.
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const form of event.target.querySelectorAll?.("[data-ticks]:not([data-watched])") ?? []) watch(form);
  });

  function watch(form) {
    form.dataset.watched = "";
    const all = form.querySelector("[data-tick-all]");
    const boxes = () => [...form.querySelectorAll('input[name="ids"]')];
    const count = form.querySelector("[data-tick-count]");
    const action = form.querySelector('select[name="action"]');
    const tag = form.querySelector("[data-tag-of]");
    const none = count.textContent;
    let last = null;

    function show() {
      const ticked = boxes().filter((box) => box.checked).length;
      count.textContent = ticked ? `${ticked} ticked` : none;
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
      form.querySelector("[data-tick-go]").disabled = !ticked;
      const needsTag = tag.dataset.tagOf.split(" ").includes(action.value);
      tag.hidden = !needsTag;
      tag.querySelector("input").required = needsTag;
    }

    // With Shift: all between the last one and this one.
    function span(box) {
      const rows = boxes();
      const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
      if (from >= 0) for (const one of rows.slice(from, to + 1)) one.checked = box.checked;
    }

    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      show();
    });
    form.addEventListener("click", ({ target, shiftKey }) => {
      if (target.name !== "ids") return;
      if (shiftKey && last) span(target);
      last = target;
      show();
    });
    form.addEventListener("change", show);
    // A page that is shown again, by going back, keeps its ticks.
    addEventListener("pageshow", show);
    show();
  }
})();
