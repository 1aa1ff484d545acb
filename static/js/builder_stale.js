// A result of earlier inputs never looks like one of those in the form: when the next one could not
// be computed it fades, the page says so, and asks again by itself once it is connected.
(() => {
  const form = () => document.getElementById("builder-form");
  const shown = () => document.getElementById("run-panel");
  const note = () => document.getElementById("not-computed");

  function written() {
    const chosen = new FormData(form());
    for (const name of ["csrfmiddlewaretoken", "confirmed", "replaces", "drill_replaces"]) chosen.delete(name);
    return new URLSearchParams(chosen).toString();
  }

  const again = () => note() && window.htmx.trigger(form(), "change");

  function noteOf(why) {
    const element = document.createElement("div");
    element.id = "not-computed";
    element.className = "notice notice-warning not-computed";
    element.setAttribute("role", "alert");
    const text = document.createElement("span");
    text.textContent = `Could not be computed: ${why.replace(/\.? *(Try again\.)?$/, "")}. What is shown below belongs to earlier inputs.`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = "Try again";
    button.onclick = again;
    element.append(text, button);
    return element;
  }

  document.addEventListener("ror:unanswered", (event) => {
    const { elt, why } = event.detail;
    if (!form() || ![form(), shown()].includes(elt)) return;
    event.preventDefault();
    note()?.remove();
    shown()?.before(noteOf(why));
    for (const part of document.querySelectorAll("#run-panel, .result")) part.classList.add("earlier");
    // A reload finds what was typed in the address, as after an answer.
    history.replaceState(history.state, "", `?${written()}`);
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!["builder", "run-panel"].includes(detail.target.id) || !detail.shouldSwap) return;
    note()?.remove();
    shown()?.classList.remove("earlier");
  }, true);
  addEventListener("ror:back", again);
})();
