// The series of a price chart and their bars: volume, candles, overlays on them and in panes beneath.
(() => {
  const charts = (window.RorCharts ??= {});
  const QUIET = { priceLineVisible: false, lastValueVisible: false };

  // As an axis writes them: with the decimals that this one of them takes.
  const format = (value, decimals) => {
    const precision = rorDecimals(value, decimals);
    return { type: "price", precision, minMove: 10 ** -precision };
  };
  const sizes = (values) => values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const lowest = (values) => sizes(values).reduce((one, other) => Math.min(one, other), Infinity);
  const largest = (values) => sizes(values).reduce((one, other) => Math.max(one, other), 0);

  // Overlays with a pane of their own stand beneath the price, one pane a pack: each has its scale.
  function overlaySeries(chart, overlays, priceFormat) {
    const { HistogramSeries, LineSeries } = LightweightCharts;
    const panes = [];
    return overlays.map((overlay) => {
      const key = overlay.pane === "price" ? "price" : overlay.pack ?? overlay.pane;
      if (key !== "price" && !panes.includes(key)) panes.push(key);
      const pane = key === "price" ? 0 : panes.indexOf(key) + 1;
      const kind = overlay.style === "histogram" ? HistogramSeries : LineSeries;
      const ownFormat = format(largest(overlay.values ?? []), 2);
      const series = chart.addSeries(kind, {
        ...QUIET, color: overlay.color, lineWidth: overlay.width ?? 1.5, crosshairMarkerVisible: false,
        ...(pane === 0 ? { priceFormat, autoscaleInfoProvider: () => null } : { priceFormat: ownFormat }),
      }, pane);
      return { series, pane, overlay, decimals: Math.max(3, ownFormat.precision) };
    });
  }

  charts.priceSeries = (chart, data) => {
    const { CandlestickSeries, HistogramSeries } = LightweightCharts;
    const priceFormat = format(lowest(data.bars.map((bar) => bar[3])), data.decimals);
    const volumeFormat = { priceScaleId: "volume", priceFormat: { type: "volume" } };
    const volume = chart.addSeries(HistogramSeries, { ...QUIET, ...volumeFormat });
    volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    const candles = chart.addSeries(CandlestickSeries, { priceFormat });
    candles.priceScale().applyOptions({ scaleMargins: { top: 0.16, bottom: 0.2 } });
    const overlays = overlaySeries(chart, data.overlays, priceFormat);
    chart.panes().forEach((pane, index) => pane.setStretchFactor(index ? 1 : 4));
    return { volume, candles, overlays };
  };

  // Times are shifted into the reader's zone; an hour that occurs twice is kept ascending.
  charts.barTimes = (bars, zone) => {
    const times = new Array(bars.length);
    bars.forEach(([ts], i) => {
      const shifted = ts + charts.offset(ts, zone);
      times[i] = i && shifted <= times[i - 1] ? times[i - 1] + 1 : shifted;
    });
    return times;
  };

  charts.fillPrices = ({ candles, volume, overlays }, bars, times) => {
    candles.setData(bars.map(([, open, high, low, close], i) => ({ time: times[i], open, high, low, close })));
    volume.setData(bars.map((bar, i) => ({ time: times[i], value: bar[5] })));
    for (const { series, overlay } of overlays) {
      const values = overlay.values ?? [];
      series.setData(times.map((time, i) => (Number.isFinite(values[i]) ? { time, value: values[i] } : { time })));
    }
  };

  // The bar at or before an instant.
  charts.barIndex = (bars, ts) => {
    let low = 0;
    let high = bars.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (bars[middle][0] <= ts) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  charts.paintPrices = ({ candles, volume }, colours) => {
    candles.applyOptions({
      upColor: colours.surface, borderUpColor: colours.soft, wickUpColor: colours.soft,
      downColor: colours.soft, borderDownColor: colours.soft, wickDownColor: colours.soft,
      priceLineColor: colours.faint,
    });
    volume.applyOptions({ color: charts.fade(colours.soft, 0.28) });
  };
})();
