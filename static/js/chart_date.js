// A field that takes a price chart to a date, data-chart-date="#chart": the first bar from its midnight
// on, in the reader's zone.
(() => {
  const charts = (window.RorCharts ??= {});

  const dateOf = (ts) => new Date((ts + charts.offset(ts)) * 1000).toISOString().slice(0, 10);
  function midnightOf(date) {
    const utc = Date.parse(`${date}T00:00:00Z`) / 1000;
    return utc - charts.offset(utc - charts.offset(utc));
  }

  const fieldOf = (el) => document.querySelector(`[data-chart-date="#${el.id}"]`);

  // The field takes the dates there are bars of.
  charts.boundDates = (el, data) => {
    const field = fieldOf(el);
    if (!field || !data.bars.length) return;
    field.min = dateOf(data.oldest_ts ?? data.bars[0][0]);
    field.max = dateOf(data.bars.at(-1)[0]);
    field.disabled = false;
  };

  function go(field) {
    const chart = document.querySelector(field.dataset.chartDate)?.rorChart;
    if (!field.value || !chart) return;
    if (field.checkValidity()) chart.go(midnightOf(field.value), { isFrom: true });
    else field.reportValidity();
  }

  // A year that is being typed is a date on every keystroke: only what is among the bars is gone to
  // at once, the rest is judged when the reader is done.
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("[data-chart-date]") && target.checkValidity()) go(target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-chart-date]")) return;
    event.preventDefault();
    go(event.target);
  });
})();
