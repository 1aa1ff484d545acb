// RorCharts.equityColumns(points, byTime): the columns an equity chart draws.
(() => {
  const charts = (window.RorCharts ??= {});

  // x, the curve from zero on, one column of it per segment (joined where they meet), the drawdown.
  charts.equityColumns = (points, byTime) => {
    const x = [byTime ? points[0].ts - 1 : 0, ...points.map((point, i) => (byTime ? point.ts : point.n ?? i + 1))];
    for (let i = 1; i < x.length; i += 1) if (x[i] <= x[i - 1]) x[i] = x[i - 1] + (byTime ? 1e-3 : 1);
    const values = [0, ...points.map((point) => point.r)];
    const kinds = [points[0].segment ?? "backtest", ...points.map((point) => point.segment ?? "backtest")];
    const lines = charts.segments.map((name) => values.map((value, i) =>
      (kinds[i] === name || kinds[i + 1] === name && i < kinds.length - 1 ? value : null)));
    let peak = 0;
    const fallen = (value) => { peak = Math.max(peak, value); return value - peak; };
    // Where points were left out, those that are there know how deep they lie.
    const falls = values.map((value, i) => points[i - 1]?.fall ?? fallen(value));
    return { x, values, lines, falls };
  };
})();
