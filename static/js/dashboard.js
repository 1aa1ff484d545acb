// The dashboard follows alerts and finished backtests: its parts are fetched anew and put in place.
(() => {
  let waiting = 0;
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
  addEventListener("ror:event", ({ detail }) => {
    const matters = detail.type.startsWith("alert.") || detail.type === "run.finished";
    if (matters && !waiting) waiting = setTimeout(refresh, 400);
  });
})();
