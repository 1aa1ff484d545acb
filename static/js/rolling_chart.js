// RorCharts.rolling(el, {trades, win_rate, profit_factor, quality}) draws one of three figures of a
// moving window, chosen by a switch, by trade number.
(() => {
  const charts = (window.RorCharts ??= {});
  const MODES = {
    profit_factor: { text: "Profit factor", unit: "", decimals: 2, level: 1 },
    win_rate: { text: "Win rate", unit: " %", decimals: 0, level: 50, range: [0, 100] },
    quality: { text: "Mean / deviation", unit: "", decimals: 2, level: 0 },
  };

  charts.rolling = (el, data) => new RollingChart(el, data);

  class RollingChart extends charts.TradeChart {
    // A history without losses has no profit factor to draw.
    firstMode() {
      return Object.keys(MODES).find((name) => this.data[name].some((value) => value !== null)) ?? "win_rate";
    }

    modes() {
      return Object.entries(MODES).map(([name, { text }]) => [name, text]);
    }

    drawing(colours) {
      const { trades } = this.data;
      const { level, decimals, unit, range } = MODES[this.mode];
      return {
        columns: [trades, this.data[this.mode]],
        series: [{ stroke: colours.accent, width: 1.75, points: { show: trades.length === 1 } }],
        range: range ?? charts.padded({ soft: level, mode: 1 }),
        level,
        write: (v) => charts.plain(v, decimals) + unit,
      };
    }

    words(at, where) {
      const { text, unit } = MODES[this.mode];
      const value = this.data[this.mode][at];
      // Without a loss in the window the profit factor has no bound.
      const nothing = this.mode === "profit_factor" ? "∞" : "—";
      const said = value === null ? nothing : charts.plain(value, 2) + unit;
      return `${text} ${said} over the ${this.data.window} trades up to ${where}`;
    }
  }
})();
