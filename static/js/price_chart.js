// RorCharts.price(el, data, {url, visible}) draws candles, volume, overlays, oscillator panes,
// markers and the lives of trades. With `url` (or data-url), older bars are fetched when the
// reader scrolls to the left end. Returns {show(n), find(entry_ts), destroy()}.
(() => {
  const charts = (window.RorCharts ??= {});
  const LOAD_AHEAD_BARS = 80;
  const LEAST_PIXELS = 4;
  const FIND_PARTS = 10;

  charts.price = (el, data, options = {}) => new PriceChart(el, data, options).controls();

  class PriceChart {
    constructor(el, data, options) {
      charts.release(el);
      el.replaceChildren();
      el.classList.add("chart");
      el.setAttribute("role", "group");
      this.el = el;
      this.url = options.url ?? el.dataset.url ?? "";
      this.data = { overlays: [], markers: [], trades: [], decimals: 2, ...data };
      this.zone = charts.zone();
      this.chart = LightweightCharts.createChart(el, { autoSize: true });
      this.addSeries();
      this.legend = new charts.PriceLegend(this);
      this.restyle();
      this.fill();
      this.open(options.visible ?? (Number(el.dataset.visible) || 200));
      this.listen();
      charts.register(el, () => this.restyle(), () => { this.legend.remove(); this.chart.remove(); });
    }

    controls() {
      return {
        chart: this.chart,
        show: (n) => this.show(n),
        find: (entryTs) => this.find(entryTs),
        destroy: () => charts.release(this.el),
      };
    }

    addSeries() {
      const { CandlestickSeries, HistogramSeries, LineSeries } = LightweightCharts;
      const quiet = { priceLineVisible: false, lastValueVisible: false };
      const priceFormat = { type: "price", precision: this.data.decimals, minMove: 10 ** -this.data.decimals };
      this.volume = this.chart.addSeries(HistogramSeries, { ...quiet, priceScaleId: "volume", priceFormat: { type: "volume" } });
      this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
      this.candles = this.chart.addSeries(CandlestickSeries, { priceFormat });
      this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.16, bottom: 0.2 } });
      const panes = [];
      this.overlays = this.data.overlays.map((overlay) => {
        const key = overlay.pane === "price" ? "price" : overlay.group ?? overlay.pane;
        if (key !== "price" && !panes.includes(key)) panes.push(key);
        const pane = key === "price" ? 0 : panes.indexOf(key) + 1;
        const kind = overlay.style === "histogram" ? HistogramSeries : LineSeries;
        const series = this.chart.addSeries(kind, {
          ...quiet, color: overlay.color, lineWidth: overlay.width ?? 1.5, crosshairMarkerVisible: false,
          ...(pane === 0 ? { priceFormat, autoscaleInfoProvider: () => null } : {}),
        }, pane);
        return { series, pane, overlay };
      });
      this.chart.panes().forEach((pane, index) => pane.setStretchFactor(index ? 1 : 4));
      this.markers = LightweightCharts.createSeriesMarkers(this.candles, []);
      this.sessions = new charts.SessionLayer();
      this.lives = new charts.TradeLayer();
      this.labels = new charts.MarkLayer();
      for (const layer of [this.sessions, this.lives, this.labels]) this.candles.attachPrimitive(layer);
    }

    // Times are shifted into the reader's zone; an hour that occurs twice is kept ascending.
    fill() {
      const { bars } = this.data;
      this.times = new Array(bars.length);
      bars.forEach(([ts], i) => {
        const shifted = ts + charts.offset(ts, this.zone);
        this.times[i] = i && shifted <= this.times[i - 1] ? this.times[i - 1] + 1 : shifted;
      });
      const { times } = this;
      this.candles.setData(bars.map(([, open, high, low, close], i) => ({ time: times[i], open, high, low, close })));
      this.volume.setData(bars.map((bar, i) => ({ time: times[i], value: bar[5] })));
      for (const { series, overlay } of this.overlays) {
        const values = overlay.values ?? [];
        series.setData(times.map((time, i) => (Number.isFinite(values[i]) ? { time, value: values[i] } : { time })));
      }
      this.sessions.setBars(bars);
      this.lives.trades = this.data.trades.map((trade, index) => ({
        ...trade, index, from: this.indexOf(trade.entry_ts),
        to: trade.exit_ts ? this.indexOf(trade.exit_ts) : bars.length - 1,
      }));
      this.drawMarkers();
    }

    // The bar at or before an instant.
    indexOf(ts) {
      const { bars } = this.data;
      let low = 0;
      let high = bars.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (bars[middle][0] <= ts) low = middle;
        else high = middle - 1;
      }
      return low;
    }

    // Entries and exits as shapes; the words of exits are a layer of their own.
    drawMarkers() {
      const { bars, markers } = this.data;
      const first = bars[0]?.[0] ?? 0;
      const known = markers.filter((mark) => mark.ts >= first).sort((one, other) => one.ts - other.ts);
      const placed = known.map((mark) => ({ ...mark, index: this.indexOf(mark.ts) }));
      this.markers.setMarkers(placed.map((mark) => this.marker(mark)));
      const exits = placed.filter((mark) => mark.kind === "exit");
      this.labels.marks = exits.map((mark) => ({ ...mark, high: bars[mark.index][2], low: bars[mark.index][3] }));
    }

    marker(mark) {
      const colours = charts.colours();
      const isEntry = mark.kind === "entry";
      const tone = mark.r > 0 ? colours.gain : mark.r < 0 ? colours.loss : colours.soft;
      return {
        time: this.times[mark.index],
        position: (mark.side === "LONG") === isEntry ? "belowBar" : "aboveBar",
        shape: isEntry ? (mark.side === "LONG" ? "arrowUp" : "arrowDown") : "circle",
        size: isEntry ? 1 : 0.8,
        color: isEntry ? colours.accent : tone,
      };
    }

    listen() {
      const scale = this.chart.timeScale();
      scale.subscribeVisibleLogicalRangeChange((range) => {
        if (range && range.from < LOAD_AHEAD_BARS) this.loadOlder();
      });
      this.chart.subscribeCrosshairMove((point) => this.legend.show(point.logical ?? null));
      this.chart.subscribeClick((point) => {
        const at = point.logical;
        const hit = this.lives.trades.find((trade) => at >= trade.from && at <= trade.to);
        this.choose(hit ?? null);
      });
      this.el.tabIndex = 0;
      this.el.addEventListener("keydown", (event) => this.key(event));
    }

    key(event) {
      const range = this.chart.timeScale().getVisibleLogicalRange();
      if (!range) return;
      const width = range.to - range.from;
      const step = event.shiftKey ? width * 0.9 : Math.max(1, width * 0.05);
      const moves = {
        ArrowLeft: [-step, -step], ArrowRight: [step, step],
        "+": [width * 0.15, 0], "=": [width * 0.15, 0], "-": [-width * 0.2, 0],
        Home: [-range.from, -range.from], End: [this.data.bars.length - range.to, this.data.bars.length - range.to],
      };
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      this.chart.timeScale().setVisibleLogicalRange({ from: range.from + move[0], to: range.to + move[1] });
    }

    choose(trade) {
      this.lives.chosen = trade;
      this.lives.update?.();
      this.el.dispatchEvent(new CustomEvent("ror:trade", { detail: trade && this.data.trades[trade.index], bubbles: true }));
    }

    // Shows the trade entered on this bar, fetching as many older bars as that takes.
    async find(entryTs) {
      while (this.data.bars[0][0] > entryTs && this.data.has_more) {
        const before = this.data.bars.length;
        await this.loadOlder(FIND_PARTS);
        if (this.data.bars.length === before) break;
      }
      const trade = this.lives.trades.find((one) => one.entry_ts === entryTs);
      if (!trade) return;
      const room = Math.max(40, (trade.to - trade.from) * 1.5);
      this.chart.timeScale().setVisibleLogicalRange({ from: trade.from - room, to: trade.to + room });
      this.choose(trade);
      this.legend.show(trade.to);
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

    // One fetch at a time; who asks meanwhile waits for the same bars.
    loadOlder(parts = 2) {
      if (!this.url || !this.data.has_more) return undefined;
      this.loading ??= this.fetchOlder(parts).finally(() => { this.loading = null; });
      return this.loading;
    }

    async fetchOlder(parts) {
      const note = charts.element("div", "chart-note", this.el);
      note.textContent = "Loading older bars";
      try {
        const address = new URL(this.url, location.href);
        address.searchParams.set("before", this.data.bars[0][0]);
        address.searchParams.set("parts", parts);
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        this.prepend(await answer.json());
        note.remove();
      } catch {
        this.data.has_more = false;
        note.textContent = "Older bars could not be loaded. Reload the page to try again.";
      }
    }

    prepend(older) {
      const count = older.bars.length;
      this.data.has_more = Boolean(older.has_more) && count > 0;
      if (!count) return;
      this.data.bars = [...older.bars, ...this.data.bars];
      for (const { overlay } of this.overlays) {
        const twin = older.overlays?.find((other) => other.name === overlay.name);
        overlay.values = [...(twin?.values ?? new Array(count).fill(null)), ...(overlay.values ?? [])];
      }
      this.data.markers = merged(older.markers, this.data.markers, (mark) => `${mark.ts} ${mark.kind}`);
      this.data.trades = merged(older.trades, this.data.trades, (trade) => `${trade.entry_ts} ${trade.entry}`);
      this.fill();
    }

    restyle() {
      const colours = charts.colours();
      this.chart.applyOptions(charts.priceOptions(colours, this.zone));
      this.candles.applyOptions({
        upColor: colours.surface, borderUpColor: colours.soft, wickUpColor: colours.soft,
        downColor: colours.soft, borderDownColor: colours.soft, wickDownColor: colours.soft,
        priceLineColor: colours.faint,
      });
      this.volume.applyOptions({ color: charts.fade(colours.soft, 0.28) });
      if (this.times) this.drawMarkers();
    }
  }

  function merged(older = [], newer = [], key = String) {
    const known = new Set(newer.map(key));
    return [...older.filter((item) => !known.has(key(item))), ...newer];
  }
})();
