// The dashboard follows alerts: the list is fetched anew and put in place, newest marked.
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
    const tiles = page.querySelector(".tiles");
    if (tiles) document.querySelector(".tiles")?.replaceWith(tiles);
  }
  // The age of the newest bar follows the gauge in the top bar.
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const stored = target.id === "frame-status" && target.querySelector("[data-bar-ts]");
    const shown = document.querySelector(".system time[data-ago]");
    if (stored && shown) shown.dateTime = new Date(Number(stored.dataset.barTs) * 1000).toISOString();
  });
  addEventListener("ror:event", ({ detail }) => {
    if (detail.type.startsWith("alert.") && !waiting) waiting = setTimeout(refresh, 400);
  });
})();
