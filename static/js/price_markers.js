// Trades on a price chart: arrows for entries, circles in the colour of the result for exits, and
// beside these as many of their words as have room (price_marks.js).
(() => {
  const charts = (window.RorCharts ??= {});

  charts.PriceMarkers = class {
    constructor(candles) {
      this.shapes = LightweightCharts.createSeriesMarkers(candles, []);
      this.labels = new charts.MarkLayer();
      candles.attachPrimitive(this.labels);
    }

    // Marks before the first bar wait until their bars have been fetched.
    place({ bars, markers }, times) {
      const first = bars[0]?.[0] ?? 0;
      const known = markers.filter((mark) => mark.ts >= first).sort((one, other) => one.ts - other.ts);
      const placed = known.map((mark) => ({ ...mark, index: charts.barIndex(bars, mark.ts) }));
      this.shapes.setMarkers(placed.map((mark) => shape(mark, times[mark.index])));
      const exits = placed.filter((mark) => mark.kind === "exit");
      this.labels.marks = exits.map((mark) => ({ ...mark, high: bars[mark.index][2], low: bars[mark.index][3] }));
    }
  };

  function shape(mark, time) {
    if (charts.isEvent(mark)) return charts.eventShape(mark, time);
    const colours = charts.colours();
    const isEntry = mark.kind === "entry";
    const tone = mark.r > 0 ? colours.gain : mark.r < 0 ? colours.loss : colours.soft;
    return {
      time,
      position: (mark.side === "LONG") === isEntry ? "belowBar" : "aboveBar",
      shape: isEntry ? (mark.side === "LONG" ? "arrowUp" : "arrowDown") : "circle",
      size: isEntry ? 1 : 0.8,
      color: isEntry ? colours.accent : tone,
    };
  }
})();
