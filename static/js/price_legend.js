// Words around the price chart: the legend under the cursor, axis options.
(() => {
  const charts = (window.RorCharts ??= {});

  charts.priceOptions = (colours, zone) => ({
    layout: {
      background: { type: "solid", color: colours.surface },
      textColor: colours.soft,
      fontSize: 11,
      fontFamily: getComputedStyle(document.body).fontFamily,
      attributionLogo: false,
      // A finger on the line between two panes means the page.
      panes: { enableResize: !charts.isTouched(), separatorColor: colours.line, separatorHoverColor: charts.fade(colours.accent, 0.2) },
    },
    handleScroll: { vertTouchDrag: false },
    grid: { vertLines: { visible: false }, horzLines: { color: charts.fade(colours.strong, 0.45) } },
    rightPriceScale: { borderColor: colours.line, minimumWidth: 64 },
    timeScale: { borderColor: colours.line, timeVisible: true, secondsVisible: false, rightOffset: 4, minBarSpacing: 0.02, enableConflation: true },
    crosshair: {
      mode: 0,
      vertLine: { color: colours.faint, labelBackgroundColor: colours.ink },
      horzLine: { color: colours.faint, labelBackgroundColor: colours.ink },
    },
    // Times on this axis are shifted into the reader's zone.
    localization: { timeFormatter: (time) => `${rorInstant(time, { zone: "UTC" })} ${rorZone(zone)}` },
  });

  charts.PriceLegend = class {
    constructor(owner) {
      this.owner = owner;
      this.boxes = owner.chart.panes().map(() => charts.element("div", "chart-legend", owner.el));
      // On a phone the words would hide the candles: they stand above them.
      if (matchMedia("(max-width: 767.98px)").matches) {
        this.boxes[0].classList.add("chart-legend-above");
        owner.el.before(this.boxes[0]);
      }
      this.place();
      this.observer = new ResizeObserver(() => this.place());
      this.observer.observe(owner.el);
      requestAnimationFrame(() => { this.place(); this.show(null); });
    }
    place() {
      let top = 4;
      this.owner.chart.panes().forEach((pane, index) => {
        if (this.boxes[index].parentElement === this.owner.el) this.boxes[index].style.top = `${top}px`;
        top += pane.getHeight() + 1;
      });
    }
    remove() {
      this.observer.disconnect();
      for (const box of this.boxes) box.remove();
    }
    // `index` of the bar under the cursor; null shows the newest bar in sight.
    show(index) {
      const { data, overlays, chart } = this.owner;
      const newest = () => Math.floor(chart.timeScale().getVisibleLogicalRange()?.to ?? Infinity);
      const at = Math.max(0, Math.min(data.bars.length - 1, Math.round(index ?? newest())));
      const bar = data.bars[at];
      if (!bar || at === this.shown) return;
      this.shown = at;
      for (const box of this.boxes) box.replaceChildren();
      const price = (value) => rorPrice(value, data.decimals);
      const [ts, open, high, low, close, volume] = bar;
      this.word(0, "", `${rorInstant(ts)} ${rorZone(this.owner.zone)}`);
      for (const [name, value] of [["O", open], ["H", high], ["L", low], ["C", close]]) this.word(0, name, price(value));
      this.word(0, "V", charts.short(volume));
      for (const { pane, overlay, decimals } of overlays) {
        const value = overlay.values?.[at];
        const text = Number.isFinite(value) ? (pane ? charts.plain(value, decimals) : price(value)) : "–";
        this.word(pane, overlay.name, text, overlay.color);
      }
      for (const [name, text, colour] of charts.saidAt(data, at)) this.word(0, name, text, colour);
      this.trade(at);
    }
    trade(at) {
      const trade = this.owner.lives.trades.find((one) => at >= one.from && at <= one.to);
      if (!trade) return;
      const digits = rorDecimalsApart([trade.entry, trade.exit, trade.stop, trade.target], this.owner.data.decimals);
      const price = (value) => rorPrice(value, digits);
      this.word(0, "Entry", price(trade.entry));
      if (Number.isFinite(trade.stop)) this.word(0, "Stop", price(trade.stop));
      if (Number.isFinite(trade.target)) this.word(0, "Target", price(trade.target));
      if (Number.isFinite(trade.r)) this.word(0, "Result", `${charts.signed(trade.r)} R`, null, trade.r);
    }
    word(pane, name, text, colour = null, result = null) {
      const span = charts.element("span", "", this.boxes[pane] ?? this.boxes[0]);
      if (colour) charts.element("i", "", span).style.background = colour;
      if (name) span.append(`${name} `);
      const value = charts.element("b", result > 0 ? "gain" : result < 0 ? "loss" : "", span);
      value.textContent = text;
    }
  };
})();
