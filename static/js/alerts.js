// The Alerts page: new rows in place, and parts that follow the socket.
(() => {
  const results = document.getElementById("alert-results");
  const waiting = [];
  const filters = () => new URLSearchParams(location.search);
  const onFirstPage = () => Number(filters().get("page") || 1) === 1;

  // Rows are not pushed down under a pointer or above what is being read.
  const isInUse = () => {
    const body = document.getElementById("alert-rows");
    return Boolean(body?.matches(":hover, :focus-within")) || scrollY > body?.getBoundingClientRect().top + scrollY;
  };

  async function showRow(id) {
    const url = results.dataset.rowUrl.replace("/0/", `/${id}/`);
    const answer = await fetch(`${url}?${filters()}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status !== 200) return;
    const body = document.getElementById("alert-rows");
    if (!body) return refresh();
    if (document.getElementById(`alert-${id}`)) return;
    body.insertAdjacentHTML("afterbegin", await answer.text());
    window.htmx?.process(body.firstElementChild);
  }

  function refresh() {
    window.htmx?.ajax("GET", location.pathname + location.search, "#alert-results");
  }

  function showWaiting() {
    const button = document.getElementById("alert-new");
    if (!button) return;
    button.hidden = !waiting.length;
    button.textContent = `Show ${waiting.length} new`;
    button.onclick = flush;
  }

  async function flush() {
    const ids = waiting.splice(0);
    if (ids.length > 20) refresh();
    else for (const id of ids) await showRow(id);
    showWaiting();
  }

  let timer = 0;
  function arrived(id) {
    waiting.push(id);
    clearTimeout(timer);
    timer = setTimeout(() => (isInUse() || !onFirstPage() ? showWaiting() : flush()), 60);
  }

  let settled = 0;
  const soon = (name) => {
    clearTimeout(settled);
    settled = setTimeout(() => window.dispatchEvent(new CustomEvent(name)), 150);
  };

  window.addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (type === "alert.fired" && results) arrived(data.alert);
    if (type === "alert.acknowledged" && results) acknowledged(data.alerts || []);
    if (type === "monitor.status" || type.startsWith("trade.")) soon("ror:monitor");
    if (type === "delivery.updated") delivered(data);
  });

  // What was missed meanwhile: events come again by the socket, the monitor is asked.
  window.addEventListener("ror:back", () => soon("ror:monitor"));

  let deliveries = 0;
  function delivered(data) {
    const box = document.getElementById("alert-deliveries");
    if (!box || box.dataset.message !== data.message) return;
    clearTimeout(deliveries);
    deliveries = setTimeout(() => {
      window.htmx?.ajax("GET", location.pathname, {
        target: "#alert-deliveries", select: "#alert-deliveries", swap: "outerHTML",
      });
    }, 150);
  }

  function acknowledged(ids) {
    if (ids.length > 20) return refresh();
    for (const id of ids) {
      const row = document.getElementById(`alert-${id}`);
      if (!row?.classList.contains("is-unread")) continue;
      const url = results.dataset.rowUrl.replace("/0/", `/${id}/`);
      window.htmx?.ajax("GET", url, { target: row, swap: "outerHTML" });
    }
  }
})();
