// RorCharts.price(el, data, {url, visible}) draws candles, volume, overlays, oscillator panes,
// markers and the lives of trades. With `url` (or data-url), older bars are fetched when the
// reader scrolls to the left end. Returns {show(n), go(ts), meet(entry_ts), replace(data), destroy()};
// price_places.js says what it goes to.
(() => {
  const charts = (window.RorCharts ??= {});
  const LOAD_AHEAD_BARS = 80;
  const LEAST_PIXELS = 4;

  charts.price = (el, data, options = {}) => new PriceChart(el, data, options).controls();

  class PriceChart {
    constructor(el, data, options) {
      charts.release(el);
      el.replaceChildren();
      el.classList.add("chart");
      el.setAttribute("role", "group");
      this.el = el;
      this.cursor = this.marked = null;
      this.ending = new AbortController();
      this.data = { overlays: [], markers: [], trades: [], decimals: 2, ...data };
      this.older = new charts.OlderBars(el, options.url ?? el.dataset.url ?? "", this.data, () => this.fill());
      this.zone = charts.zone();
      this.chart = LightweightCharts.createChart(el, { autoSize: true });
      Object.assign(this, charts.priceSeries(this.chart, this.data));
      this.addLayers();
      el.style.setProperty("--panes", this.chart.panes().length - 1);
      this.legend = new charts.PriceLegend(this);
      this.restyle();
      this.fill();
      this.open(options.visible ?? (Number(el.dataset.visible) || 200));
      this.listen();
      charts.register(el, () => this.restyle(), () => { this.ending.abort(); this.legend.remove(); this.chart.remove(); });
    }

    controls() {
      return {
        chart: this.chart,
        data: this.data,
        overlays: this.overlays,
        show: (n) => this.show(n),
        go: (ts, options) => charts.goTo(this, ts, options),
        mark: (ts) => charts.markBar(this, ts),
        meet: (entryTs) => charts.meetTrade(this, entryTs),
        replace: (data) => this.replace(data),
        destroy: () => charts.release(this.el),
      };
    }

    // With what has come since. Whoever looks at the newest bar goes on doing so.
    replace(data) {
      const before = this.data.bars.length;
      const scale = this.chart.timeScale();
      const seen = scale.getVisibleLogicalRange();
      Object.assign(this.data, data);
      this.legend.shown = null;
      this.fill();
      const n = this.data.bars.length - before;
      if (n && seen && seen.to >= before - 1) scale.setVisibleLogicalRange({ from: seen.from + n, to: seen.to + n });
    }

    addLayers() {
      this.sessions = new charts.SessionLayer();
      this.states = new charts.StateLayer();
      this.lives = new charts.TradeLayer();
      for (const layer of [this.sessions, this.states, this.lives]) this.candles.attachPrimitive(layer);
      this.markers = new charts.PriceMarkers(this.candles);
      this.levels = new charts.PriceLevels(this.candles, this.data.levels);
      this.thresholds = new charts.PriceThresholds(this.overlays);
    }

    fill() {
      const { bars, trades } = this.data;
      this.times = charts.barTimes(bars, this.zone);
      charts.fillPrices(this, bars, this.times);
      this.sessions.setBars(bars);
      this.states.set(this.data);
      this.lives.setTrades(bars, trades);
      this.markers.place(this.data, this.times);
    }

    listen() {
      const scale = this.chart.timeScale();
      scale.subscribeVisibleLogicalRangeChange((range) => {
        if (range && range.from < LOAD_AHEAD_BARS) this.older.load();
        if (this.marked) requestAnimationFrame(() => charts.keepMark(this));
        else this.legend.show(this.cursor);
      });
      this.chart.subscribeCrosshairMove((point) => this.point(point));
      this.chart.subscribeClick((point) => {
        const at = point.logical;
        const hit = this.lives.trades.find((trade) => at >= trade.from && at <= trade.to);
        this.choose(hit ?? null);
      });
      charts.priceKeys(this.el, this.chart, () => this.data.bars.length, this.ending.signal);
    }

    // The reader's own cursor ends a mark that was set.
    point({ logical, sourceEvent }) {
      this.cursor = logical ?? null;
      if (sourceEvent) this.marked = null;
      if (!this.marked) this.legend.show(this.cursor);
    }

    choose(trade) {
      this.lives.chosen = trade;
      this.lives.update?.();
      this.el.dispatchEvent(new CustomEvent("ror:trade", { detail: trade && this.data.trades[trade.index], bubbles: true }));
    }

    // At first no more bars than can be told apart.
    open(n) {
      const most = Math.max(40, Math.floor(this.el.clientWidth / LEAST_PIXELS));
      this.show(n > 0 ? Math.min(n, most) : n);
    }

    show(n) {
      const count = this.data.bars.length;
      const shown = n > 0 ? Math.min(n, count) : count;
      this.chart.timeScale().setVisibleLogicalRange({ from: count - shown - 0.5, to: count + Math.max(3, shown * 0.03) });
    }

    restyle() {
      const colours = charts.colours();
      this.chart.applyOptions(charts.priceOptions(colours, this.zone));
      charts.paintPrices(this, colours);
      this.levels.paint(colours);
      this.thresholds.paint(colours);
      if (this.times) this.markers.place(this.data, this.times);
    }
  }
})();
