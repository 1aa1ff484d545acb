// RorCharts.scatter(el, {mae, mfe, n, wins, most_mae, most_mfe}) draws a dot where trades went: behind at
// worst to the right, ahead at best upwards, in R. Full where most of them won, a ring where they lost.
(() => {
  const charts = (window.RorCharts ??= {});
  const MARGIN = { top: 10, right: 14, bottom: 40, left: 46 };
  const STEPS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

  charts.scatter = (el, data) => {
    charts.release(el);
    el.replaceChildren();
    if (!data?.n?.length) {
      charts.element("div", "chart-empty", el).textContent = "No closed trades yet";
      return;
    }
    const canvas = charts.element("canvas", "", el);
    const draw = () => paint(canvas, el, data);
    const observer = new ResizeObserver(draw);
    observer.observe(el);
    charts.register(el, draw, () => observer.disconnect());
  };

  function paint(canvas, el, data) {
    const [width, height, ratio] = [el.clientWidth, el.clientHeight, devicePixelRatio];
    if (!width || !height) return;
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px`, position: "absolute" });
    const ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    const colours = charts.colours();
    const x = (r) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * r) / (data.most_mae || 1);
    const y = (r) => height - MARGIN.bottom - ((height - MARGIN.top - MARGIN.bottom) * r) / (data.most_mfe || 1);
    axes(ctx, { x, y, width, height, data, colours });
    data.n.forEach((n, i) => {
      const isWin = data.wins[i] * 2 >= n;
      ctx.beginPath();
      ctx.arc(x(data.mae[i]), y(data.mfe[i]), Math.min(6, 2 + Math.log2(n) / 2), 0, 2 * Math.PI);
      ctx.fillStyle = charts.fade(colours.gain, 0.6);
      ctx.strokeStyle = charts.fade(colours.loss, 0.75);
      if (isWin) ctx.fill();
      else ctx.stroke();
    });
  }

  function axes(ctx, { x, y, width, height, data, colours }) {
    Object.assign(ctx, { font: "11px system-ui", fillStyle: colours.soft, strokeStyle: colours.line, lineWidth: 1 });
    const line = (...points) => { ctx.beginPath(); ctx.moveTo(points[0], points[1]); ctx.lineTo(points[2], points[3]); ctx.stroke(); };
    const ticks = (most, room) => {
      const step = STEPS.find((one) => most / one <= room) ?? 500;
      return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
    };
    const decimals = (all) => (all[1] < 0.1 || all[1] === 0.25 ? 2 : 1);
    const across = ticks(data.most_mae, Math.max(2, width / 70));
    ctx.textAlign = "center";
    for (const r of across) { line(x(r), MARGIN.top, x(r), y(0)); ctx.fillText(charts.plain(r, decimals(across)), x(r), height - 24); }
    const up = ticks(data.most_mfe, 6);
    ctx.textAlign = "right";
    for (const r of up) { line(x(0), y(r), width - MARGIN.right, y(r)); ctx.fillText(charts.plain(r, decimals(up)), MARGIN.left - 7, y(r) + 4); }
    ctx.textAlign = "center";
    ctx.fillText("Behind at worst (MAE), R", (MARGIN.left + width) / 2, height - 6);
    ctx.save();
    ctx.translate(11, height / 2 - 14);
    ctx.rotate(-Math.PI / 2);
    ctx.fillText("Ahead at best (MFE), R", 0, 0);
    ctx.restore();
    ctx.lineWidth = 1.25;
  }
})();
