// A button that gives its card the whole screen, data-chart-full: by the browser's full screen where it
// has one, else by a layer over the page. Escape and the button lead back.
(() => {
  let full = null;
  let made = [];

  const buttonOf = (card) => card.querySelector("[data-chart-full]");

  function mark(card, isFull) {
    card.classList.toggle("chart-full", isFull);
    document.documentElement.classList.toggle("has-chart-full", isFull);
    const button = buttonOf(card);
    if (!button) return;
    button.setAttribute("aria-pressed", String(isFull));
    button.title = isFull ? "Leave full screen" : "Full screen";
  }

  // Nothing behind the layer can be reached: siblings all the way up are inert.
  function cover(card) {
    for (let part = card; part !== document.body; part = part.parentElement) {
      for (const other of part.parentElement.children) {
        if (other !== part && !other.inert && !other.matches("script, .said, [aria-live], .log-in")) made.push(other);
      }
    }
    for (const other of made) other.inert = true;
  }

  function enter(card) {
    full = card;
    mark(card, true);
    cover(card);
    // Where this fails the layer is there all the same.
    card.requestFullscreen?.().catch(() => {});
  }

  function leave() {
    if (!full) return;
    const card = full;
    full = null;
    for (const other of made) other.inert = false;
    made = [];
    mark(card, false);
    if (document.fullscreenElement) document.exitFullscreen();
    card.scrollIntoView({ block: "nearest" });
    buttonOf(card)?.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-full]");
    if (!button) return;
    if (full) leave();
    else enter(button.closest(".card"));
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && leave());
  document.addEventListener("fullscreenchange", () => document.fullscreenElement || leave());
  // The card went with a part of the page that was put in anew.
  document.addEventListener("htmx:afterSwap", () => full && !full.isConnected && leave());
})();
