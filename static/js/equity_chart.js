// RorCharts.equity(el, {points: [{ts, r, segment}], boundary_ts}, marks) draws cumulative R, coloured by
// segment, and the drawdown from its running maximum beneath, by trade or by time. Marks are edits. Points
// of which some were left out carry the number of their trade, `n`, and their drawdown, `fall`; see
// equity_beside.js.
(() => {
  const charts = (window.RorCharts ??= {});

  charts.equity = (el, data, marks) => new EquityChart(el, data, marks ?? []);

  class EquityChart {
    constructor(el, data, marks) {
      charts.release(el);
      el.replaceChildren();
      el.classList.add("chart");
      el.setAttribute("role", "group");
      this.el = el;
      this.points = (data?.points ?? []).filter((point) => Number.isFinite(point.r));
      this.boundary = data?.boundary_ts ?? null;
      this.marks = marks;
      if (!this.points.length) {
        charts.element("div", "chart-empty", el).textContent = "No closed trades yet";
        return;
      }
      this.beside = charts.equityBeside(data);
      this.mode = "trade";
      this.plots = [];
      this.tools();
      this.body = charts.element("div", "chart-stack", el);
      this.build();
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(el);
      charts.register(el, () => this.build(), () => this.clear());
    }

    tools() {
      const bar = this.bar = charts.element("div", "chart-tools", this.el);
      const used = charts.segments.filter((name) => this.points.some((p) => (p.segment ?? "backtest") === name));
      const key = (name) => charts.element("span", `segment segment-${name}`, bar);
      for (const name of used) key(name).textContent = charts.segmentWords[name];
      this.beside.switches(bar, () => this.build());
      this.readout = charts.element("span", "chart-readout", bar);
      const modes = [["trade", "By trade"], ["time", "By time"]];
      charts.modeSwitch(bar, modes, this.mode, (mode) => { this.mode = mode; this.build(); });
    }

    build() {
      this.clear();
      const { x, lines, values, falls } = charts.equityColumns(this.points, this.mode === "time");
      Object.assign(this, { values, falls });
      const colours = charts.colours();
      const key = `equity-${Math.random()}`;
      const width = this.el.clientWidth;
      const [top, bottom] = this.heights();
      const common = { width, plugins: [charts.touchPlugin()], padding: [10, 14, 6, 0], legend: { show: false }, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), charts.zone()) };
      const step = this.mode === "time" ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
      const line = { width: 2, points: { show: x.length === 2 } };
      const others = this.beside.drawing(colours, lines.length + 1, step);
      const cursor = { sync: { key }, points: { size: 6 }, y: false, drag: { x: true, y: false } };
      this.plots = [
        new uPlot({
          ...common, height: top, cursor, scales: this.scales(), bands: others.bands,
          series: [{}, ...charts.segments.map((name) => ({ ...line, stroke: colours[name], ...step })), ...others.series],
          axes: [{ ...this.axis(colours), show: false, size: 0 }, this.axis(colours, (v) => charts.signed(v, 1))],
          hooks: {
            draw: [(plot) => {
              charts.equityBoundaries(plot, this.points, colours);
              charts.equityEdits(plot, this.points, this.marks, this.mode === "time", colours);
            }],
            setCursor: [(plot) => this.read(plot.cursor.idx)],
          },
        }, [x, ...lines, ...others.columns], this.body),
        new uPlot({
          ...common, height: bottom, cursor, scales: this.scales(),
          series: [{}, { stroke: colours.loss, width: 1.25, fill: charts.fade(colours.loss, 0.14), points: { show: false }, ...step }],
          axes: [this.axis(colours), { ...this.axis(colours, (v) => charts.signed(v, 1)), space: 24 }],
        }, [x, falls], this.body),
      ];
      this.read(null);
    }

    scales() {
      const x = { time: this.mode === "time", range: (_, low, high) => [low, high] };
      return { x, y: { range: charts.padded({ soft: 0, mode: 1 }) } };
    }

    heights() {
      const height = Math.max(170, this.el.clientHeight - this.bar.offsetHeight - 8);
      return [Math.round(height * 0.66), Math.round(height * 0.34)];
    }

    axis(colours, write) {
      return {
        stroke: colours.soft, font: "11px system-ui", size: write ? 52 : 30,
        grid: { stroke: charts.fade(colours.strong, 0.5), width: 1, show: Boolean(write) },
        ticks: { show: false }, ...(write ? { values: (_, splits) => splits.map(write) } : {}),
      };
    }

    read(index) {
      const at = index === null || index === undefined ? this.values.length - 1 : index;
      const point = this.points[at - 1];
      const where = point ? `trade ${point.n ?? at}, ${rorInstant(point.ts)}` : "start";
      this.readout.textContent = `${charts.signed(this.values[at])} R, drawdown ${charts.signed(this.falls[at])} R, ${where}`;
    }

    resize() {
      const [top, bottom] = this.heights();
      const width = this.el.clientWidth;
      if (!width || !this.plots.length) return;
      this.plots[0].setSize({ width, height: top });
      this.plots[1].setSize({ width, height: bottom });
    }

    clear() {
      for (const plot of this.plots) plot.destroy();
      this.plots = [];
    }
  }
})();
