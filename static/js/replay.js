// A replay: the chart follows what has been played; space pauses, the right arrow steps.
(() => {
  const el = document.getElementById("replay-chart");
  const charts = window.RorCharts;
  let data = null;
  let chart = null;
  let isFetching = false;
  let drawn = "";

  // How far it is: minutes, and what was told on them.
  const stand = () => {
    const { played, alerts } = document.getElementById("replay")?.dataset ?? {};
    return `${played} ${alerts}`;
  };

  // The newest bars come again: of a longer timeframe the last one may still have grown.
  function take(fresh) {
    const from = fresh.bars[0]?.[0] ?? Infinity;
    const kept = data ? data.bars.filter((bar) => bar[0] < from) : [];
    data = { ...fresh, bars: [...kept, ...fresh.bars] };
  }

  async function follow() {
    if (!el || isFetching || stand() === drawn) return;
    isFetching = true;
    const at = stand();
    const after = data?.bars.at(-2)?.[0] ?? 0;
    const url = `${el.dataset.url}?after=${after}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    isFetching = false;
    if (!answer?.ok) return;
    take(await answer.json());
    drawn = at;
    if (!data.bars.length) return;
    if (chart) chart.replace(data);
    else chart = charts.price(el, data, { visible: 120 });
  }

  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, select, textarea, button, a, .chart");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const id = { " ": "replay-go", ArrowRight: event.shiftKey ? "replay-stride" : "replay-step" }[event.key];
    const button = id && document.getElementById(id);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  addEventListener("ror:event", ({ detail: { type, data: news } }) => {
    const part = document.getElementById("replay");
    const isNews = (type === "system.health" && news.replay) || type === "alert.fired" || type === "run.finished";
    if (part && isNews) window.htmx?.trigger(part, "replay-moved");
  });
  document.addEventListener("htmx:afterSettle", follow);
  follow();
})();
