// RorCharts.equity(el, {points: [{ts, r, segment}], boundary_ts}) draws cumulative R, coloured by
// segment, and the drawdown from its running maximum beneath, by trade or by time.
(() => {
  const charts = (window.RorCharts ??= {});
  const words = { backtest: "Backtest", forward: "Forward", live: "Live" };

  charts.equity = (el, data) => new EquityChart(el, data);

  class EquityChart {
    constructor(el, data) {
      charts.release(el);
      el.replaceChildren();
      el.classList.add("chart");
      el.setAttribute("role", "group");
      this.el = el;
      this.points = (data?.points ?? []).filter((point) => Number.isFinite(point.r));
      this.boundary = data?.boundary_ts ?? null;
      if (!this.points.length) {
        charts.element("div", "chart-empty", el).textContent = "No closed trades yet";
        return;
      }
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
      for (const name of used) charts.element("span", `segment segment-${name}`, bar).textContent = words[name];
      this.readout = charts.element("span", "chart-readout", bar);
      const group = charts.element("span", "chart-switch", bar);
      for (const [mode, text] of [["trade", "By trade"], ["time", "By time"]]) {
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

    // x, one column per segment (joined where they meet), and the drawdown.
    columns() {
      const { points } = this;
      const byTime = this.mode === "time";
      const x = [byTime ? points[0].ts - 1 : 0, ...points.map((point, i) => (byTime ? point.ts : i + 1))];
      for (let i = 1; i < x.length; i += 1) if (x[i] <= x[i - 1]) x[i] = x[i - 1] + (byTime ? 1e-3 : 1);
      const values = [0, ...points.map((point) => point.r)];
      const kinds = [points[0].segment ?? "backtest", ...points.map((point) => point.segment ?? "backtest")];
      const lines = charts.segments.map((name) => values.map((value, i) =>
        (kinds[i] === name || kinds[i + 1] === name && i < kinds.length - 1 ? value : null)));
      let peak = 0;
      const falls = values.map((value) => { peak = Math.max(peak, value); return value - peak; });
      this.values = values;
      this.falls = falls;
      return { x, lines, falls };
    }

    build() {
      this.clear();
      const { x, lines, falls } = this.columns();
      const colours = charts.colours();
      const key = `equity-${Math.random()}`;
      const width = this.el.clientWidth;
      const [top, bottom] = this.heights();
      const common = { width, padding: [10, 14, 6, 0], legend: { show: false }, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), charts.zone()) };
      const step = this.mode === "time" ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
      const cursor = { sync: { key }, points: { size: 6 }, y: false, drag: { x: true, y: false } };
      this.plots = [
        new uPlot({
          ...common, height: top, cursor, scales: this.scales(),
          series: [{}, ...charts.segments.map((name) => ({ stroke: colours[name], width: 2, points: { show: x.length === 2 }, ...step }))],
          axes: [{ ...this.axis(colours), show: false, size: 0 }, this.axis(colours, (v) => charts.signed(v, 1))],
          hooks: { draw: [(plot) => this.marks(plot, colours)], setCursor: [(plot) => this.read(plot.cursor.idx)] },
        }, [x, ...lines], this.body),
        new uPlot({
          ...common, height: bottom, cursor, scales: this.scales(),
          series: [{}, { stroke: colours.loss, width: 1.25, fill: charts.fade(colours.loss, 0.14), points: { show: false }, ...step }],
          axes: [this.axis(colours), { ...this.axis(colours, (v) => charts.signed(v, 1)), space: 24 }],
        }, [x, falls], this.body),
      ];
      this.read(null);
    }

    scales() {
      return { x: { time: this.mode === "time", range: (_, low, high) => [low, high] }, y: { range: { min: { pad: 0.08, soft: 0, mode: 1 }, max: { pad: 0.1, soft: 0, mode: 1 } } } };
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

    // The zero line, and the labelled boundaries between segments.
    marks(plot, colours) {
      const { ctx, bbox } = plot;
      const ratio = devicePixelRatio;
      ctx.save();
      ctx.fillStyle = colours.faint;
      ctx.fillRect(bbox.left, Math.round(plot.valToPos(0, "y", true)), bbox.width, ratio);
      let level = 0;
      this.points.forEach((point, i) => {
        const before = i ? this.points[i - 1].segment ?? "backtest" : point.segment ?? "backtest";
        const now = point.segment ?? "backtest";
        if (before !== now) this.boundaryLine(plot, plot.data[0][i], now, level++, ratio);
      });
      ctx.restore();
    }
    boundaryLine(plot, x, name, level, ratio) {
      const colours = charts.colours();
      const { ctx, bbox } = plot;
      const at = Math.round(plot.valToPos(x, "x", true));
      ctx.strokeStyle = colours.faint;
      ctx.setLineDash([3 * ratio, 3 * ratio]);
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.font = `${11 * ratio}px system-ui`;
      ctx.fillStyle = colours.soft;
      const label = words[name];
      const fits = at + 70 * ratio < bbox.left + bbox.width;
      ctx.textAlign = fits ? "left" : "right";
      ctx.fillText(label, at + (fits ? 5 : -5) * ratio, bbox.top + (12 + 14 * level) * ratio);
    }

    read(index) {
      const at = index === null || index === undefined ? this.values.length - 1 : index;
      const point = this.points[at - 1];
      const where = point ? `trade ${at}, ${charts.date(point.ts)} ${charts.clock(point.ts)}` : "start";
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
