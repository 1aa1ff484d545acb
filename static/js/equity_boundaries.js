// RorCharts.equityBoundaries(plot, points, colours) draws onto the equity chart: the zero line, and
// a labelled border wherever one segment of the trades ends and the next begins.
(() => {
  const charts = (window.RorCharts ??= {});

  charts.equityBoundaries = (plot, points, colours) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.fillStyle = colours.faint;
    ctx.fillRect(bbox.left, Math.round(plot.valToPos(0, "y", true)), bbox.width, ratio);
    let level = 0;
    points.forEach((point, i) => {
      const before = i ? points[i - 1].segment ?? "backtest" : point.segment ?? "backtest";
      const now = point.segment ?? "backtest";
      if (before !== now) border(plot, colours, plot.data[0][i], now, level++, ratio);
    });
    ctx.restore();
  };

  function border(plot, colours, x, segment, level, ratio) {
    const { ctx, bbox } = plot;
    const at = Math.round(plot.valToPos(x, "x", true));
    ctx.strokeStyle = colours.faint;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = `${11 * ratio}px system-ui`;
    ctx.fillStyle = colours.soft;
    const fits = at + 70 * ratio < bbox.left + bbox.width;
    ctx.textAlign = fits ? "left" : "right";
    ctx.fillText(charts.segmentWords[segment], at + (fits ? 5 : -5) * ratio, bbox.top + (12 + 14 * level) * ratio);
  }
})();
