// Rows that are ticked: all at once, and how many there are.
(() => {
  const form = document.querySelector("[data-ticks]");
  if (!form) return;
  const all = form.querySelector("[data-tick-all]");
  const boxes = () => [...form.querySelectorAll('input[name="ids"]')];
  const count = form.querySelector("[data-tick-count]");
  const none = count.textContent;

  function show() {
    const ticked = boxes().filter((box) => box.checked).length;
    count.textContent = ticked ? `${ticked} ticked` : none;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }

  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", (event) => event.target.name === "ids" && show());
  show();
})();
