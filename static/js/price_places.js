// Places on a price chart: an instant, a trade, the last trade. As many older bars are fetched as that
// takes.
(() => {
  const charts = (window.RorCharts ??= {});
  const PARTS = 10;
  const LEAST_BARS = 40;

  // `price` is a PriceChart. Answers whether its bars begin early enough by now.
  async function reach(price, ts) {
    const { data, older } = price;
    while (data.bars[0][0] > ts && data.has_more) {
      const before = data.bars.length;
      await older.load(PARTS);
      if (data.bars.length === before) break;
    }
    return data.bars[0][0] <= ts;
  }

  const scaleOf = (price) => price.chart.timeScale();

  function widthOf(price) {
    const range = scaleOf(price).getVisibleLogicalRange();
    return Math.max(LEAST_BARS, range ? range.to - range.from : 0);
  }

  // The trade entered on the bar of that instant, else that bar; with `isFrom` the first from then on.
  charts.goTo = async (price, ts, { isFrom = false } = {}) => {
    const isThere = await reach(price, ts);
    const { data, lives } = price;
    const trade = isFrom ? null : lives.trades.find((one) => one.entry_ts === ts);
    if (trade) return showTrade(price, trade);
    let at = charts.barIndex(data.bars, ts);
    if (isFrom && data.bars[at][0] < ts) at = Math.min(at + 1, data.bars.length - 1);
    const width = widthOf(price);
    scaleOf(price).setVisibleLogicalRange({ from: at - width / 3, to: at + (2 * width) / 3 });
    price.choose(null);
    mark(price, at, data.bars[at][4]);
    if (!isThere) charts.tell(price.el, "The chart begins here");
  };

  function showTrade(price, trade) {
    const room = Math.max(LEAST_BARS, (trade.to - trade.from) * 1.5);
    scaleOf(price).setVisibleLogicalRange({ from: trade.from - room, to: trade.to + room });
    price.choose(trade);
    mark(price, trade.to, trade.exit ?? trade.entry);
  }

  // A cursor that stays on its bar until the reader points elsewhere. The bars take their places first.
  function mark(price, at, value) {
    price.marked = { ts: price.data.bars[at][0], value };
    requestAnimationFrame(() => requestAnimationFrame(() => charts.keepMark(price)));
  }

  // The library leaves a cursor where it is on the screen; this puts it back on its bar.
  charts.keepMark = (price) => {
    if (!price.marked || price.ending.signal.aborted) return;
    const at = charts.barIndex(price.data.bars, price.marked.ts);
    const seen = scaleOf(price).getVisibleLogicalRange();
    const isSeen = seen && at >= seen.from && at <= seen.to;
    if (isSeen) price.chart.setCrosshairPosition(price.marked.value, price.times[at], price.candles);
    else price.chart.clearCrosshairPosition();
    price.legend.show(isSeen ? at : null);
  };

  // The cursor on the bar of that instant, for its values to be read.
  charts.markBar = (price, ts) => {
    const at = charts.barIndex(price.data.bars, ts);
    mark(price, at, price.data.bars[at][4]);
  };

  // Goes to the trade entered on this bar unless it can be seen already.
  charts.meetTrade = async (price, entryTs) => {
    await reach(price, entryTs);
    const trade = price.lives.trades.find((one) => one.entry_ts === entryTs);
    const seen = scaleOf(price).getVisibleLogicalRange();
    if (!trade || !seen || trade.to >= seen.from) return;
    const width = widthOf(price);
    scaleOf(price).setVisibleLogicalRange({ from: trade.to - 0.7 * width, to: trade.to + 0.3 * width });
  };

  // A word on the chart that goes again.
  charts.tell = (el, text) => {
    const note = charts.element("div", "chart-note", el);
    note.setAttribute("role", "status");
    note.textContent = text;
    setTimeout(() => note.remove(), 4000);
  };
})();
