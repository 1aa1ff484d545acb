// data-compare="id" names a JSON script with [{name, numbers, exit_times, cumulative_r}]: the curves
// of a comparison over each other, by trade or by time. How each line looks is that of its key.
(() => {
  const charts = window.RorCharts;
  const el = document.querySelector("[data-compare]");
  if (!charts || !el) return;
  const curves = JSON.parse(document.getElementById(el.dataset.compare).textContent);
  let mode = el.dataset.mode;
  let plot = null;

  const bar = charts.element("div", "chart-tools", el);
  const readout = charts.element("span", "chart-readout", bar);
  charts.modeSwitch(bar, [["trade", "By trade"], ["time", "By time"]], mode, (chosen) => { mode = chosen; draw(); });
  const body = charts.element("div", "chart-stack", el);

  function look(place) {
    const style = getComputedStyle(document.querySelector(`.compare-${place + 1} line`));
    const dash = style.strokeDasharray.match(/[\d.]+/g);
    return { stroke: style.stroke, dash: dash ? dash.map(Number) : undefined };
  }

  // From zero before the first trade on; no two points at one place.
  function points(curve) {
    const at = mode === "time" ? curve.exit_times : curve.numbers;
    if (!at.length) return [[], []];
    const x = [mode === "time" ? at[0] - 1 : 0, ...at];
    for (let i = 1; i < x.length; i += 1) if (x[i] <= x[i - 1]) x[i] = x[i - 1] + 1e-3;
    return [x, [0, ...curve.cumulative_r]];
  }

  const valueAt = (column, index) => {
    for (let i = index; i >= 0; i -= 1) if (Number.isFinite(column[i])) return column[i];
    return null;
  };

  function read(index) {
    const last = plot.data[0].length - 1;
    const at = index ?? last;
    const place = plot.data[0][at];
    const where = mode === "time" ? rorInstant(Math.round(place)) : `trade ${Math.round(place)}`;
    const texts = curves.map((_, i) => {
      const value = valueAt(plot.data[i + 1], at);
      return value === null ? "" : `${"ABCD"[i]} ${charts.signed(value)} R`;
    });
    readout.textContent = `${where}: ${texts.filter(Boolean).join(" · ")}`;
  }

  function axis(colours, write) {
    return {
      stroke: colours.soft, font: "11px system-ui", size: write ? 52 : 30, ticks: { show: false },
      grid: { stroke: charts.fade(colours.strong, 0.5), width: 1, show: Boolean(write) },
      ...(write ? { values: (_, splits) => splits.map(write) } : {}),
    };
  }

  const size = () => ({ width: el.clientWidth, height: Math.max(180, el.clientHeight - bar.offsetHeight - 8) });

  function draw() {
    plot?.destroy();
    const colours = charts.colours();
    const step = mode === "time" ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
    plot = new uPlot({
      ...size(), padding: [10, 14, 6, 0], legend: { show: false }, plugins: [charts.touchPlugin()],
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), charts.zone()),
      cursor: { points: { show: false }, y: false, drag: { x: true, y: false } },
      scales: {
        x: { time: mode === "time", range: (_, low, high) => [low, high] },
        y: { range: charts.padded({ soft: 0, mode: 1 }) },
      },
      series: [{}, ...curves.map((_, i) => ({ ...look(i), width: 2, spanGaps: true, points: { show: false }, ...step }))],
      axes: [axis(colours), axis(colours, (v) => charts.signed(v, 1))],
      hooks: { draw: [(drawn) => zero(drawn, colours)], setCursor: [(drawn) => { if (plot === drawn) read(drawn.cursor.idx); }] },
    }, uPlot.join(curves.map(points)), body);
    read(null);
  }

  function zero({ ctx, bbox, valToPos }, colours) {
    ctx.fillStyle = colours.faint;
    ctx.fillRect(bbox.left, Math.round(valToPos(0, "y", true)), bbox.width, devicePixelRatio);
  }

  draw();
  new ResizeObserver(() => plot.setSize(size())).observe(el);
  charts.register(el, draw, () => plot?.destroy());
})();
