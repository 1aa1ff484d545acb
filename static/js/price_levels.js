// Prices that matter over a whole chart: dashed lines with a word at the axis, always in sight.
// `data.levels` of a price chart: [{price, label, tone}], where a tone is a colour of the theme.
(() => {
  const charts = (window.RorCharts ??= {});

  charts.PriceLevels = class {
    constructor(candles, levels = []) {
      Object.assign(this, { candles, levels, drawn: [] });
      if (levels.length) candles.applyOptions({ autoscaleInfoProvider: (own) => this.widen(own()) });
    }

    // The scale holds the levels as well as the candles.
    widen(info) {
      if (!info?.priceRange) return info;
      const prices = this.levels.map(({ price }) => price);
      const { minValue, maxValue } = info.priceRange;
      return { ...info, priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) } };
    }

    paint(colours) {
      for (const line of this.drawn) this.candles.removePriceLine(line);
      this.drawn = this.levels.map(({ price, label, tone }) => this.candles.createPriceLine({
        price, title: label, color: colours[tone], lineWidth: 1, lineStyle: 2, axisLabelVisible: true,
      }));
    }
  };
})();
