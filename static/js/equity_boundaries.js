// RorCharts.equityBoundaries(plot, points, colours) draws onto the equity chart: the zero line, and
// a labelled border wherever one segment of the trades ends and the next begins.
// RorCharts.equityEdits(plot, points, marks, byTime, colours) draws a line for each edit, {ts, text}, where
// it came between the trades; labels that would lie on each other go a line deeper or are left out.
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

  const MOST_LEVELS = 4, LABEL_PX = 150;
  charts.equityEdits = (plot, points, marks, byTime, colours) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const ends = [];
    ctx.save();
    for (const mark of marks) {
      // By trade it stands before the first one that was left after it.
      const later = points.findIndex((point) => point.ts >= mark.ts);
      const x = byTime ? mark.ts : (later < 0 ? points.length : later) + 0.5;
      const at = Math.round(Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(x, "x", true))));
      ctx.strokeStyle = colours.accent;
      ctx.lineWidth = ratio;
      ctx.setLineDash([ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      const level = [...Array(MOST_LEVELS).keys()].find((one) => (ends[one] ?? -Infinity) < at);
      if (level === undefined) continue;
      const text = `${rorDay(mark.ts)}: ${mark.text}`;
      ctx.font = `${11 * ratio}px system-ui`;
      ctx.fillStyle = colours.accent;
      const width = Math.min(LABEL_PX * ratio, ctx.measureText(text).width);
      const fits = at + width + 8 * ratio < bbox.left + bbox.width;
      ends[level] = fits ? at + width + 10 * ratio : at;
      ctx.textAlign = fits ? "left" : "right";
      // The curve stays readable behind it, and it before the curve.
      const place = [at + (fits ? 5 : -5) * ratio, bbox.top + bbox.height - (6 + 14 * level) * ratio, LABEL_PX * ratio];
      ctx.setLineDash([]);
      ctx.lineWidth = 4 * ratio;
      ctx.strokeStyle = colours.surface;
      ctx.strokeText(text, ...place);
      ctx.fillText(text, ...place);
    }
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
