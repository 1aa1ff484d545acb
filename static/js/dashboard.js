// The dashboard follows alerts and finished backtests: its parts are fetched anew and put in place.
// What is open now follows every bar that closes and every trade.
(() => {
  const NOW_PAUSE_MS = 1000;
  let waiting = 0;
  let nowWaits = 0;

  function fetchNow(pause) {
    nowWaits ||= setTimeout(() => {
      nowWaits = 0;
      const part = document.getElementById("now");
      if (part && !document.hidden) window.htmx?.trigger(part, "now-changed");
    }, pause);
  }
  async function refresh() {
    waiting = 0;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
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
  addEventListener("ror:back", refresh);
  addEventListener("ror:back", () => fetchNow(0));
  document.addEventListener("visibilitychange", () => document.hidden || fetchNow(0));
  addEventListener("ror:clock", () => document.querySelector("#now[data-follows-bars]") && fetchNow(NOW_PAUSE_MS));
  addEventListener("ror:event", ({ detail }) => {
    if (/^(alert|trade|monitor)\./.test(detail.type)) fetchNow(200);
    const matters = detail.type.startsWith("alert.") || detail.type === "run.finished";
    if (matters && !waiting) waiting = setTimeout(refresh, 400);
  });
})();
