// What lies on the price pane besides series: session shading, and the lives of trades
// with their stops and targets. Drawn only for what is in view.
(() => {
  const charts = (window.RorCharts ??= {});
  const OPEN_MINUTE = 9 * 60 + 30;
  const CLOSE_MINUTE = 16 * 60;
  const EXCHANGE = "America/New_York";

  const Layer = charts.Layer = class {
    constructor(order) {
      this.view = { zOrder: () => order, renderer: () => this };
    }
    attached({ chart, series, requestUpdate }) {
      this.chart = chart;
      this.series = series;
      this.update = requestUpdate;
    }
    paneViews() { return [this.view]; }
    // Whole bars only: the scale answers null between two of them.
    x(index) { return this.chart.timeScale().logicalToCoordinate(index); }
    edge(index) { return this.x(index) - (this.x(index + 1) - this.x(index)) / 2; }
    draw(target) {
      const range = this.chart.timeScale().getVisibleLogicalRange();
      if (range) target.useMediaCoordinateSpace((scope) => this.paint(scope.context, scope.mediaSize, range));
    }
  };

  // Hours outside of the regular session are shaded, the first bar of each day has a line.
  charts.SessionLayer = class extends Layer {
    constructor() { super("bottom"); this.days = []; this.quiet = []; }
    setBars(bars) {
      this.days = [];
      this.quiet = [];
      let day = null;
      let start = -1;
      const isIntraday = bars.length > 1 && bars[1][0] - bars[0][0] < 86400;
      if (!isIntraday) return;
      bars.forEach(([ts], index) => {
        const local = ts + charts.offset(ts, EXCHANGE);
        const today = Math.floor(local / 86400);
        const minute = Math.floor((local % 86400) / 60);
        const isQuiet = minute < OPEN_MINUTE || minute >= CLOSE_MINUTE;
        if (today !== day && day !== null) this.days.push(index);
        if (isQuiet && start < 0) start = index;
        if (!isQuiet && start >= 0) { this.quiet.push([start, index - 1]); start = -1; }
        day = today;
      });
      if (start >= 0) this.quiet.push([start, bars.length - 1]);
    }
    paint(context, size, range) {
      const colours = charts.colours();
      context.fillStyle = charts.fade(colours.soft, 0.07);
      for (const [first, last] of this.quiet) {
        if (last < range.from || first > range.to) continue;
        const left = this.edge(first);
        context.fillRect(left, 0, this.edge(last + 1) - left, size.height);
      }
      const seen = this.days.filter((index) => index >= range.from && index <= range.to);
      if (seen.length > size.width / 12) return;
      context.fillStyle = colours.strong;
      for (const index of seen) context.fillRect(Math.round(this.edge(index)), 0, 1, size.height);
    }
  };

  // Entry to exit, with stop and target over that life; the chosen trade is filled.
  charts.TradeLayer = class extends Layer {
    constructor() { super("bottom"); this.trades = []; this.chosen = null; }
    // An open trade lasts up to the newest bar; the chosen one stays chosen.
    setTrades(bars, trades) {
      this.trades = trades.map((trade, index) => ({
        ...trade, index, from: charts.barIndex(bars, trade.entry_ts),
        to: trade.exit_ts ? charts.barIndex(bars, trade.exit_ts) : bars.length - 1,
      }));
      const held = this.chosen;
      this.chosen = (held && this.trades.find((trade) => trade.entry_ts === held.entry_ts)) ?? null;
    }
    paint(context, size, range) {
      const seen = this.trades.filter((trade) => trade.to >= range.from && trade.from <= range.to);
      if (seen.length > 150) return;
      for (const trade of seen) this.paintTrade(context, trade, trade === this.chosen);
    }
    paintTrade(context, trade, isChosen) {
      const colours = charts.colours();
      const left = this.x(trade.from);
      const width = Math.max(2, this.x(trade.to) - left);
      const entry = this.series.priceToCoordinate(trade.entry);
      const level = (price, colour) => {
        if (price === null || price === undefined) return;
        const y = this.series.priceToCoordinate(price);
        if (isChosen) {
          context.fillStyle = charts.fade(colour, 0.13);
          context.fillRect(left, Math.min(y, entry), width, Math.abs(y - entry));
        }
        line(context, left, y, left + width, y, isChosen ? colour : charts.fade(colour, 0.75), isChosen ? 1.5 : 1);
      };
      level(trade.target, colours.gain);
      level(trade.stop, colours.loss);
      context.setLineDash([4, 3]);
      if (Number.isFinite(trade.exit)) {
        const exit = this.series.priceToCoordinate(trade.exit);
        line(context, left, entry, left + width, exit, trade.r >= 0 ? colours.gain : colours.loss, isChosen ? 1.5 : 1);
      }
      context.setLineDash([]);
    }
  };

  function line(context, x1, y1, x2, y2, colour, width) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
})();
