// The dashboard follows alerts and finished backtests: its parts are fetched anew and put in place.
(() => {
  let waiting = 0;
  async function refresh() {
    waiting = 0;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("last-alerts");
    const old = document.getElementById("last-alerts");
    if (fresh && old && !old.matches(":hover")) {
      old.replaceWith(fresh);
      fresh.querySelector("li")?.classList.add("fresh");
    }
    for (const part of [".tiles", "#top-strategy"]) {
      const newer = page.querySelector(part);
      if (newer) document.querySelector(part)?.replaceWith(newer);
    }
    window.RorCharts?.drawSparklines();
  }
  // The age of the newest bar follows the gauge in the top bar.
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const stored = target.id === "frame-status" && target.querySelector("[data-bar-ts]");
    const shown = document.querySelector(".system time[data-ago]");
    if (stored && shown) shown.dateTime = new Date(Number(stored.dataset.barTs) * 1000).toISOString();
  });
  addEventListener("ror:event", ({ detail }) => {
    const matters = detail.type.startsWith("alert.") || detail.type === "run.finished";
    if (matters && !waiting) waiting = setTimeout(refresh, 400);
  });
})();
