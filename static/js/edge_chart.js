// RorCharts.edge(el, {trades, cumulative_r, average, lower, upper}) draws cumulative R with its
// moving average and bands, by trade number. Of a long history it shows the newest trades first,
// where the bands can be told apart.
(() => {
  const charts = (window.RorCharts ??= {});
  const AVERAGE = "#808000";
  const NEWEST = 200;

  charts.edge = (el, data) => new EdgeChart(el, data);

  class EdgeChart extends charts.TradeChart {
    get isLong() {
      return this.data.trades.at(-1) > NEWEST;
    }

    firstMode() {
      return this.isLong ? "newest" : "all";
    }

    modes() {
      return this.isLong ? [["newest", `Last ${NEWEST}`], ["all", "All"]] : [];
    }

    legend() {
      const average = `${this.data.window}-trade average`;
      for (const [name, text] of [["curve", "Cumulative R"], ["average", average], ["band", "± 2 deviations"]]) {
        charts.element("span", `line-key line-${name}`, this.bar).textContent = text;
      }
    }

    drawing(colours) {
      const { data } = this;
      this.first = this.mode === "all" ? 0 : data.trades.findIndex((trade) => trade > data.trades.at(-1) - NEWEST);
      const columns = [data.trades, data.upper, data.lower, data.average, data.cumulative_r];
      const line = (stroke, width) => ({ stroke, width, points: { show: false } });
      const band = line(charts.fade(colours.soft, 0.7), 1);
      return {
        columns: columns.map((column) => column.slice(this.first)),
        series: [band, band, line(AVERAGE, 1.75), line(colours.ink, 1.75)],
        bands: [{ series: [1, 2], fill: charts.fade(colours.soft, 0.12) }],
        // A stretch of the curve fills its chart, wherever zero lies.
        range: charts.padded(this.mode === "newest" ? {} : { soft: 0, mode: 1 }),
        level: 0,
        write: (v) => charts.signed(v, 1),
      };
    }

    words(at, where) {
      const value = (name) => (this.data[name][at] === null ? "—" : `${charts.signed(this.data[name][at])} R`);
      const bands = `bands ${value("lower")} to ${value("upper")}`;
      return `${value("cumulative_r")}, average ${value("average")}, ${bands}, ${where}`;
    }
  }
})();
