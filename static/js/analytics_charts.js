// RorCharts.edge(el, {trades, cumulative_r, average, lower, upper}) draws cumulative R with its
// moving average and bands; RorCharts.rolling(el, {trades, win_rate, profit_factor, quality}) draws
// one of three figures of a moving window, chosen by a switch. Both by trade number; of a long
// history the edge check shows the newest trades first, where the bands can be told apart.
(() => {
  const charts = (window.RorCharts ??= {});
  const AVERAGE = "#808000";
  const NEWEST = 200;
  const MODES = {
    profit_factor: { text: "Profit factor", unit: "", decimals: 2, level: 1 },
    win_rate: { text: "Win rate", unit: " %", decimals: 0, level: 50, range: [0, 100] },
    quality: { text: "Mean / deviation", unit: "", decimals: 2, level: 0 },
  };

  charts.edge = (el, data) => new TradeChart(el, data, "edge");
  charts.rolling = (el, data) => new TradeChart(el, data, "rolling");

  class TradeChart {
    constructor(el, data, kind) {
      charts.release(el);
      el.replaceChildren();
      el.setAttribute("role", "group");
      const modes = kind === "rolling" ? MODES : { newest: { text: `Last ${NEWEST}` }, all: { text: "All" } };
      const isLong = data.trades.at(-1) > NEWEST;
      Object.assign(this, { el, data, kind, mode: this.firstMode(kind, data, modes, isLong) });
      this.bar = charts.element("div", "chart-tools", el);
      if (kind === "edge") this.legend();
      this.readout = charts.element("span", "chart-readout", this.bar);
      if (kind === "rolling" || isLong) this.switches(modes);
      this.body = charts.element("div", "chart-stack", el);
      this.build();
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(el);
      charts.register(el, () => this.build(), () => this.plot?.destroy());
    }

    // A history without losses has no profit factor to draw.
    firstMode(kind, data, modes, isLong) {
      if (kind === "edge") return isLong ? "newest" : "all";
      return Object.keys(modes).find((name) => data[name].some((value) => value !== null)) ?? "win_rate";
    }

    legend() {
      for (const [name, text] of [["curve", "Cumulative R"], ["average", `${this.data.window}-trade average`], ["band", "± 2 deviations"]]) {
        charts.element("span", `line-key line-${name}`, this.bar).textContent = text;
      }
    }

    switches(modes) {
      const group = charts.element("span", "chart-switch", this.bar);
      for (const [mode, { text }] of Object.entries(modes)) {
        const button = charts.element("button", "", group);
        button.type = "button";
        button.textContent = text;
        button.setAttribute("aria-pressed", String(mode === this.mode));
        button.onclick = () => {
          this.mode = mode;
          for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
          this.build();
        };
      }
    }

    series(colours) {
      if (this.kind === "rolling") return [{ stroke: colours.accent, width: 1.75, points: { show: this.data.trades.length === 1 } }];
      const band = { stroke: charts.fade(colours.soft, 0.7), width: 1, points: { show: false } };
      return [band, band, { stroke: AVERAGE, width: 1.75, points: { show: false } }, { stroke: colours.ink, width: 1.75, points: { show: false } }];
    }

    columns() {
      const { data } = this;
      if (this.kind === "rolling") return [data.trades, data[this.mode]];
      const from = this.mode === "all" ? 0 : data.trades.findIndex((trade) => trade > data.trades.at(-1) - NEWEST);
      this.first = from;
      return [data.trades, data.upper, data.lower, data.average, data.cumulative_r].map((column) => column.slice(from));
    }

    build() {
      this.plot?.destroy();
      const colours = charts.colours();
      const { level = 0, decimals = 1, unit = "", range } = this.kind === "rolling" ? MODES[this.mode] : {};
      const write = (v) => (this.kind === "edge" ? charts.signed(v, 1) : charts.plain(v, decimals) + unit);
      // A stretch of the curve fills its chart, wherever zero lies.
      const soft = this.mode === "newest" ? {} : { soft: level, mode: 1 };
      const axis = { stroke: colours.soft, font: "11px system-ui", ticks: { show: false } };
      const grid = { stroke: charts.fade(colours.strong, 0.5), width: 1 };
      this.plot = new uPlot({
        width: this.el.clientWidth, height: this.height(), padding: [10, 24, 0, 0], legend: { show: false },
        cursor: { points: { size: 6 }, y: false, drag: { x: true, y: false } },
        scales: { x: { time: false, range: (_, low, high) => [low, high > low ? high : low + 1] }, y: { range: range ?? { min: { pad: 0.08, ...soft }, max: { pad: 0.1, ...soft } } } },
        series: [{}, ...this.series(colours)],
        bands: this.kind === "edge" ? [{ series: [1, 2], fill: charts.fade(colours.soft, 0.12) }] : [],
        axes: [{ ...axis, size: 30, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000] }, { ...axis, size: 56, grid, values: (_, splits) => splits.map(write) }],
        hooks: { draw: [(plot) => this.levelLine(plot, level, colours)], setCursor: [(plot) => this.read(plot.cursor.idx)] },
      }, this.columns(), this.body);
      this.read(null);
    }

    // The line from which on the figure is good: 0 R, a profit factor of 1, half of the trades.
    levelLine({ ctx, bbox, valToPos }, level, colours) {
      const at = Math.round(valToPos(level, "y", true));
      if (at < bbox.top || at > bbox.top + bbox.height) return;
      ctx.fillStyle = colours.faint;
      ctx.fillRect(bbox.left, at, bbox.width, devicePixelRatio);
    }

    read(index) {
      const { data } = this;
      const at = index === null || index === undefined ? data.trades.length - 1 : index + (this.first ?? 0);
      // Without a loss in the window the profit factor has no bound.
      const nothing = this.mode === "profit_factor" ? "∞" : "—";
      const value = (name, write) => (data[name][at] === null ? nothing : write(data[name][at]));
      const signed = (v) => `${charts.signed(v)} R`;
      const where = `trade ${data.trades[at].toLocaleString("en-US")}`;
      if (this.kind === "edge") {
        this.readout.textContent = `${value("cumulative_r", signed)}, average ${value("average", signed)}, bands ${value("lower", signed)} to ${value("upper", signed)}, ${where}`;
        return;
      }
      const mode = MODES[this.mode];
      this.readout.textContent = `${mode.text} ${value(this.mode, (v) => charts.plain(v, 2) + mode.unit)} over the ${data.window} trades up to ${where}`;
    }

    height() {
      return Math.max(140, this.el.clientHeight - this.bar.offsetHeight - 8);
    }

    resize() {
      if (this.el.clientWidth) this.plot?.setSize({ width: this.el.clientWidth, height: this.height() });
    }
  }
})();
