// Small curves without axes. RorCharts.sparkline(el, values | {points, boundary_ts}).
// Segments are coloured as everywhere: backtest, forward, live.
(() => {
  const space = "http://www.w3.org/2000/svg";
  const charts = (window.RorCharts ??= {});
  const colours = {
    backtest: "var(--segment-backtest)",
    forward: "var(--segment-forward)",
    live: "var(--segment-live)",
  };

  function node(name, attributes, parent) {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  }

  // The stored form of a curve: results after each exit, and the first index of the forward test.
  function stored({ cumulative_r: values, boundary_index: boundary }) {
    return values.map((r, i) => ({ r, segment: boundary !== null && boundary !== undefined && i >= boundary ? "forward" : "backtest" }));
  }

  function readPoints(data) {
    if (data?.cumulative_r) return stored(data);
    const rows = Array.isArray(data) ? data : data?.points ?? [];
    return rows
      .map((row) => (typeof row === "number" ? { r: row } : Array.isArray(row) ? { r: row[1], segment: row[2] } : row))
      .filter((row) => Number.isFinite(row.r));
  }

  // At most this many points are drawn: more can't be told apart in so few pixels.
  function thin(points, limit = 400) {
    if (points.length <= limit) return points;
    const step = (points.length - 1) / (limit - 1);
    return Array.from({ length: limit }, (_, i) => points[Math.round(i * step)]);
  }

  charts.sparkline = (el, data) => {
    const points = thin(readPoints(data));
    el.replaceChildren();
    if (points.length < 2) {
      el.classList.add("spark-empty");
      el.textContent = points.length ? "One trade: no curve yet" : "No trades yet";
      return;
    }
    const values = [0, ...points.map((point) => point.r)];
    const low = Math.min(...values);
    const high = Math.max(...values);
    const y = (value) => 96 - (92 * (value - low)) / (high - low || 1);
    const x = (index) => (1000 * index) / points.length;
    const svg = node("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", class: "spark-svg", "aria-hidden": "true" }, el);
    node("path", { d: `M0 ${y(0)}H1000`, class: "spark-zero" }, svg);
    let path = `M0 ${y(0)}`;
    let segment = points[0].segment ?? "backtest";
    const flush = () => node("path", { d: path, class: "spark-line", stroke: colours[segment] ?? colours.backtest }, svg);
    points.forEach((point, index) => {
      const next = point.segment ?? "backtest";
      if (next !== segment) {
        flush();
        path = `M${x(index)} ${y(values[index])}`;
        segment = next;
      }
      path += `L${x(index + 1)} ${y(point.r)}`;
    });
    flush();
  };

  charts.drawSparklines = (root = document) => {
    for (const el of root.querySelectorAll("[data-sparkline]:not([data-drawn])")) {
      const source = document.getElementById(el.dataset.sparkline);
      if (!source) continue;
      charts.sparkline(el, JSON.parse(source.textContent));
      el.dataset.drawn = "";
    }
  };
  charts.drawSparklines();
  document.addEventListener("htmx:afterSettle", (event) => charts.drawSparklines(event.target));
})();
