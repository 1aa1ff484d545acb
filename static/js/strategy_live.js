// What is shown of strategies follows their trades: parts of a page that name them in
// data-live-strategies are fetched anew when one began, ended or was taken into a result.
(() => {
  const PAUSE_MS = 800;
  const TYPES = ["trade.created", "trade.closed", "run.finished", "monitor.status"];
  const waiting = new Set();

  function fetchSoon(id) {
    if (waiting.has(id)) return;
    waiting.add(id);
    setTimeout(() => {
      waiting.delete(id);
      const part = document.getElementById(id);
      if (part) window.htmx?.trigger(part, "strategy-changed");
    }, PAUSE_MS);
  }

  addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (!TYPES.includes(type)) return;
    const isOf = (part) => data.strategy === undefined || part.dataset.liveStrategies.split(" ").includes(String(data.strategy));
    for (const part of document.querySelectorAll("[data-live-strategies]")) if (isOf(part)) fetchSoon(part.id);
    // What somebody is reading or typing in is not replaced under their hands.
    const note = document.getElementById("newer-result");
    if (note && type === "run.finished" && note.dataset.strategy === String(data.strategy)) note.hidden = false;
  });
})();
