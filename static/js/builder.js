// The builder page: its form keeps its place when it is swapped, what is being typed is never
// swapped away, and the earlier result stays in sight, faded, until the next one has arrived.
// Listeners capture: charts let go of what has left the page in the bubbling phase, and the earlier
// result is back by then.
(() => {
  const panel = () => document.getElementById("run-panel");
  const form = () => document.getElementById("builder-form");
  // What the reader chose: `replaces` belongs to a running backtest and comes and goes with it, and
  // `trades` and `drill_…` say how its trades are ordered and what else is looked at.
  const written = () => {
    const chosen = new FormData(form());
    chosen.delete("replaces");
    chosen.delete("trades");
    for (const name of [...chosen.keys()]) if (name.startsWith("drill_")) chosen.delete(name);
    return new URLSearchParams(chosen).toString();
  };
  let sent = "";
  let received = "";
  let place = 0;
  let earlier = null;
  let opened = [];
  let isPressed = false;
  // Released is what has been clicked: the click itself comes after.
  addEventListener("pointerdown", () => { isPressed = true; }, true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(() => { isPressed = false; }), true);

  function keep() {
    const shown = panel();
    if (!shown?.matches(".result")) return;
    earlier?.remove();
    earlier = shown;
    earlier.inert = true;
    for (const element of [earlier, ...earlier.querySelectorAll("[id]")]) element.removeAttribute("id");
    earlier.classList.add("earlier");
  }

  // The first of two equal ids is the one that is found: the earlier result comes after.
  function settle() {
    const shown = panel();
    if (earlier && shown?.matches("[data-pending]")) shown.after(earlier);
    else {
      earlier?.remove();
      earlier = null;
    }
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, target } = event.detail;
    if (elt === form()) sent = written();
    else if (target?.id !== "builder") return;
    // A link of earlier inputs: what has been typed since goes first.
    else if (written() !== received) event.preventDefault();
    else sent = received;
  });
  // What the reader presses in the drill-down counts, the last of it, in whatever order answers come: what a
  // tab asks by itself waits for it, and is no answer any more once something else was asked.
  const numbers = new WeakMap();
  let asked = 0;
  let pressed = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target, xhr } = event.detail;
    if (target?.id !== "drill") return;
    if (elt.matches(".drill-wait, [data-pending]")) {
      if (pressed) event.preventDefault();
    } else {
      asked += 1;
      pressed = xhr;
      xhr.addEventListener("loadend", () => { if (pressed === xhr) pressed = null; });
    }
    numbers.set(xhr, asked);
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id === "drill" && (numbers.get(detail.xhr) ?? asked) < asked) detail.shouldSwap = false;
    // An answer to what has been typed over since: leaving the field asks again.
    if (detail.target.id === "builder" && sent !== written()) detail.shouldSwap = false;
    // Nor does a card move away under the finger that presses it: the next look brings the rest.
    if (isPressed && detail.target.id === "drill" && detail.requestConfig.elt.matches("[data-pending]")) detail.shouldSwap = false;
    if (!detail.shouldSwap) return;
    if (detail.target.id === "builder") {
      place = form().scrollTop;
      opened = [...form().querySelectorAll("details[id][open]")].map(({ id }) => id);
    }
    if (["builder", "run-panel"].includes(detail.target.id)) keep();
  }, true);
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "builder") {
      for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
      form()?.scrollTo(0, place);
      received = written();
    }
    if (["builder", "run-panel"].includes(detail.target.id)) settle();
  }, true);
  // A new form listens once it has settled: a choice made in between is sent now.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target.id === "builder" && written() !== received) window.htmx.trigger(form(), "change");
  });
  if (form()) received = written();
})();
