// The levels an indicator is compared with (`levels` of an overlay: [{value, label}]): dashed lines in
// its pane, which holds those that are not too far off to leave the line itself in sight.
(() => {
  const charts = (window.RorCharts ??= {});
  // How many times its own height a line may be given.
  const MOST_HEIGHTS = 6;

  // What a scale shows of values between `low` and `high`, the nearest levels first.
  charts.reachLevels = (low, high, levels) => {
    const own = high - low || Math.abs(high) || 1;
    const off = (value) => Math.max(low - value, value - high);
    return [...levels].sort((one, other) => off(one) - off(other)).reduce(([from, to], value) => {
      const wider = [Math.min(from, value), Math.max(to, value)];
      return wider[1] - wider[0] <= MOST_HEIGHTS * own ? wider : [from, to];
    }, [low, high]);
  };

  charts.PriceThresholds = class {
    constructor(overlays) {
      this.lined = overlays.filter(({ overlay }) => overlay.levels?.length);
      this.drawn = [];
      for (const { series, overlay } of this.lined) {
        const values = overlay.levels.map(({ value }) => value);
        series.applyOptions({ autoscaleInfoProvider: (own) => widened(own(), values) });
      }
    }

    paint(colours) {
      for (const [series, line] of this.drawn) series.removePriceLine(line);
      this.drawn = this.lined.flatMap(({ series, overlay }) => overlay.levels.map(({ value }) => [series, series.createPriceLine({
        price: value, color: colours.faint, lineWidth: 1, lineStyle: 2, title: "",
        axisLabelVisible: true, axisLabelColor: colours.raised, axisLabelTextColor: colours.soft,
      })]));
    }
  };

  function widened(info, levels) {
    if (!info?.priceRange) return info;
    const [minValue, maxValue] = charts.reachLevels(info.priceRange.minValue, info.priceRange.maxValue, levels);
    return { ...info, priceRange: { minValue, maxValue } };
  }
})();
