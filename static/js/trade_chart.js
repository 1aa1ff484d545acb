// RorCharts.TradeChart: what the charts by trade number share: tools above, lines in one plot, the
// level from which on their figure is good, a readout that follows the cursor. A kind of chart
// (edge_chart.js, rolling_chart.js) says its `modes`, its `drawing` and its words.
(() => {
  const charts = (window.RorCharts ??= {});
  const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];

  charts.TradeChart = class {
    constructor(el, data) {
      charts.release(el);
      el.replaceChildren();
      el.setAttribute("role", "group");
      Object.assign(this, { el, data, first: 0 });
      this.mode = this.firstMode();
      this.bar = charts.element("div", "chart-tools", el);
      this.legend();
      this.readout = charts.element("span", "chart-readout", this.bar);
      const modes = this.modes();
      if (modes.length) charts.modeSwitch(this.bar, modes, this.mode, (mode) => { this.mode = mode; this.build(); });
      this.body = charts.element("div", "chart-stack", el);
      this.build();
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(el);
      charts.register(el, () => this.build(), () => this.plot?.destroy());
    }

    legend() {}

    build() {
      this.plot?.destroy();
      const colours = charts.colours();
      const { columns, series, bands = [], range, level, write } = this.drawing(colours);
      const axis = { stroke: colours.soft, font: "11px system-ui", ticks: { show: false } };
      const grid = { stroke: charts.fade(colours.strong, 0.5), width: 1 };
      this.plot = new uPlot({
        width: this.el.clientWidth, height: this.height(), padding: [10, 24, 0, 0], legend: { show: false },
        cursor: { points: { size: 6 }, y: false, drag: { x: true, y: false } },
        scales: {
          x: { time: false, range: (_, low, high) => [low, high > low ? high : low + 1] },
          y: { range },
        },
        series: [{}, ...series],
        bands,
        plugins: [charts.touchPlugin()],
        axes: [
          { ...axis, size: 30, grid: { show: false }, incrs: STEPS },
          { ...axis, size: 56, grid, values: (_, splits) => splits.map(write) },
        ],
        hooks: {
          draw: [(plot) => this.levelLine(plot, level, colours)],
          setCursor: [(plot) => this.read(plot.cursor.idx)],
        },
      }, columns, this.body);
      this.read(null);
    }

    levelLine({ ctx, bbox, valToPos }, level, colours) {
      const at = Math.round(valToPos(level, "y", true));
      if (at < bbox.top || at > bbox.top + bbox.height) return;
      ctx.fillStyle = colours.faint;
      ctx.fillRect(bbox.left, at, bbox.width, devicePixelRatio);
    }

    // What the readout says of a point; null stands for the newest trade.
    read(index) {
      const { data } = this;
      const at = index === null || index === undefined ? data.trades.length - 1 : index + this.first;
      this.readout.textContent = this.words(at, `trade ${data.trades[at].toLocaleString("en-US")}`);
    }

    height() {
      return Math.max(140, this.el.clientHeight - this.bar.offsetHeight - 8);
    }

    resize() {
      if (this.el.clientWidth) this.plot?.setSize({ width: this.el.clientWidth, height: this.height() });
    }
  };
})();
