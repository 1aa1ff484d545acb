// Fingers on charts. Up and down is always the page's: `touch-action` in charts.css leaves it to the
// browser. One finger sideways moves a chart, two zoom it. The price chart brings that along; this
// file adds it to plots: while all of a curve is in sight, one finger reads along it instead.
(() => {
  const charts = (window.RorCharts ??= {});
  // A plot shows no fewer points than this.
  const LEAST_POINTS = 5;

  charts.isTouched = () => matchMedia("(pointer: coarse)").matches;

  // A uPlot plugin. Plots that share a cursor move together.
  charts.touchPlugin = () => ({ hooks: { ready: (plot) => new Fingers(plot) } });

  class Fingers {
    constructor(plot) {
      this.plot = plot;
      // Found from the page.
      plot.root.plot = plot;
      this.start = null;
      const over = plot.over;
      over.addEventListener("touchstart", (event) => this.begin(event), { passive: true });
      over.addEventListener("touchmove", (event) => this.move(event), { passive: true });
      over.addEventListener("touchend", (event) => this.begin(event), { passive: true });
    }

    // Where the fingers are, and what was in sight when they came there or became fewer.
    begin({ touches }) {
      const { min, max } = this.plot.scales.x;
      this.start = touches.length ? { ...this.place(touches), n: touches.length, min, max } : null;
    }

    place(touches) {
      const { left, width } = this.plot.over.getBoundingClientRect();
      const at = [...touches].slice(0, 2).map((touch) => touch.clientX - left);
      const middle = at.reduce((sum, x) => sum + x, 0) / at.length;
      return { middle, apart: Math.max(20, Math.abs(at[0] - at.at(-1))), width };
    }

    move(event) {
      if (!this.start || this.start.n !== event.touches.length) return;
      const now = this.place(event.touches);
      if (this.isWhole() && this.start.n === 1) this.read(now.middle);
      else this.show(now);
    }

    ends() {
      const x = this.plot.data[0];
      return [x[0], x.at(-1)];
    }

    isWhole() {
      const [first, last] = this.ends();
      return this.start.min <= first && this.start.max >= last;
    }

    read(x) {
      this.plot.setCursor({ left: Math.max(0, Math.min(this.start.width, x)), top: 10 });
    }

    // What lay under the middle of the fingers stays under it.
    show({ middle, apart, width }) {
      const { min, max, middle: from, apart: before } = this.start;
      const [first, last] = this.ends();
      const least = ((last - first) * LEAST_POINTS) / this.plot.data[0].length;
      const zoomed = this.start.n === 2 ? ((max - min) * before) / apart : max - min;
      const span = Math.min(last - first, Math.max(least, zoomed));
      const held = min + ((max - min) * from) / width;
      const low = Math.max(first, Math.min(last - span, held - (span * middle) / width));
      for (const plot of this.together()) plot.setScale("x", { min: low, max: low + span });
    }

    together() {
      const key = this.plot.cursor.sync?.key;
      return key ? uPlot.sync(key).plots : [this.plot];
    }
  }
})();
