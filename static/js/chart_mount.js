// Draws the charts a page asks for by attribute, as they come near what is seen, on load and after each swap:
// data-equity, -histogram, -edge, -rolling, -distribution and -scatter="id" name a JSON script;
// data-price-chart="url" is fetched.
(() => {
  const charts = window.RorCharts;
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");

  async function price(el) {
    // What is there stays until the new answer has come.
    const note = el.rorChart ? charts.element("div", "", null) : charts.element("div", "chart-empty", el);
    note.textContent = "Loading the chart";
    try {
      const answer = await fetch(el.dataset.priceChart, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      if (!data.bars?.length) note.textContent = "No bars in this window";
      else {
        el.rorChart = charts.price(el, data, { url: el.dataset.priceChart });
        const asked = Number(new URLSearchParams(location.search).get("at")) || el.rorAsked;
        if (asked) el.rorChart.go(asked);
        else if (data.last_trade_ts && el.dataset.opens !== "newest") el.rorChart.meet(data.last_trade_ts);
        charts.boundDates(el, data);
        if (el.dataset.opens === "newest") charts.catchUp(el);
        if (el.dataset.marks) el.rorChart.mark(Number(el.dataset.marks));
        if (el.dataset.followsDrawing) charts.followDrawing(el, data, () => price(el));
      }
    } catch {
      note.textContent = "The chart could not be loaded. Reload the page to try again.";
    }
  }

  charts.reload = price;
  charts.mount = (root = document) => {
    const fresh = (name) => root.querySelectorAll(`[data-${name}]:not([data-drawn])`);
    const once = (name, draw) => { for (const el of fresh(name)) { el.dataset.drawn = ""; charts.whenNear(el, draw); } };
    once("equity", (el) => charts.equity(el, read(el.dataset.equity), read(el.dataset.marks)));
    once("histogram", (el) => charts.histogram(el, read(el.dataset.histogram)));
    for (const name of ["edge", "rolling", "distribution", "scatter"]) once(name, (el) => charts[name](el, read(el.dataset[name])));
    once("price-chart", price);
    for (const el of root.querySelectorAll(".chart[data-drawn]")) charts.offerPicture(el);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-show]");
    if (button) document.querySelector(button.dataset.chart)?.rorChart?.show(Number(button.dataset.chartShow));
    // A link to a trade on a chart: taken here when that chart is on this page.
    const link = event.target.closest("[data-chart-at]");
    if (!link || event.ctrlKey || event.metaKey) return;
    const asks = new CustomEvent("chart:go", { detail: { ts: Number(link.dataset.chartAt) }, cancelable: true });
    if (!document.dispatchEvent(asks)) event.preventDefault();
  });
  // "chart:go" on document with {ts}, a UTC second: the price chart of this page goes to the bar of that
  // instant, or to the trade entered on it, and comes into view. Taken when there is one: a cancelable
  // event then is cancelled, so that `dispatchEvent` answers false.
  document.addEventListener("chart:go", (event) => {
    const el = document.querySelector("[data-price-chart]");
    const ts = Number(event.detail?.ts);
    if (!el || !(ts > 0)) return;
    event.preventDefault();
    el.rorAsked = ts;
    el.rorChart?.go(ts);
    el.closest(".card").scrollIntoView({ block: "nearest" });
    el.focus({ preventScroll: true });
  });
  charts.mount();
  document.addEventListener("htmx:afterSettle", (event) => charts.mount(event.target));
})();
