// RorCharts.distribution(el, {edges, counts, box, violin}) draws 30 bins of results in R, zero
// marked, above a violin with its box: quartiles, median, mean, smallest and largest result.
(() => {
  const charts = (window.RorCharts ??= {});
  const space = "http://www.w3.org/2000/svg";
  const MARGIN = { top: 14, right: 12, bottom: 34, left: 40 };
  const VIOLIN = 64;
  const GAP = 10;

  charts.distribution = (el, data) => {
    charts.release(el);
    el.replaceChildren();
    // The picture within is named by itself; a name needs a role to belong to.
    el.setAttribute("role", "group");
    const draw = () => paint(el, data);
    const observer = new ResizeObserver(draw);
    observer.observe(el);
    charts.register(el, () => {}, () => observer.disconnect());
  };

  // 1, 2 or 5 times a power of ten, so that at most `n` steps cover the span.
  function roundStep(span, n) {
    const power = 10 ** Math.floor(Math.log10(span / n));
    return [1, 2, 5, 10].map((one) => one * power).find((one) => span / one <= n) ?? 10 * power;
  }

  function paint(el, { edges, counts, box, violin }) {
    const { clientWidth: width, clientHeight: height } = el;
    if (!width || !height) return;
    const svg = document.createElementNS(space, "svg");
    const add = (name, attributes, text) => {
      const node = document.createElementNS(space, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      if (text !== undefined) node.textContent = text;
      svg.append(node);
      return node;
    };
    const hint = (node, text) => { node.append(Object.assign(document.createElementNS(space, "title"), { textContent: text })); };
    const total = counts.reduce((sum, n) => sum + n, 0);
    for (const [key, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, class: "histogram", role: "img", "aria-label": `Distribution of ${total} results in R in ${counts.length} bins` })) svg.setAttribute(key, value);

    const bottom = height - MARGIN.bottom - VIOLIN - GAP;
    const low = Math.min(edges[0], 0);
    const high = Math.max(edges.at(-1), 0) || 1;
    const pad = 0.03 * (high - low);
    const x = (r) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (r - low + pad)) / (high - low + 2 * pad);
    const most = Math.max(...counts);
    const y = (n) => MARGIN.top + (bottom - MARGIN.top) * (1 - n / most);
    const step = Math.max(1, roundStep(most, 5));
    for (let n = 0; n <= most; n += step) {
      add("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(n), y2: y(n), class: "grid" });
      add("text", { x: MARGIN.left - 8, y: y(n) + 4, "text-anchor": "end" }, n.toLocaleString("en-US"));
    }
    counts.forEach((n, i) => {
      if (!n) return;
      const middle = (edges[i] + edges[i + 1]) / 2;
      const bar = add("rect", { x: x(edges[i]) + 0.5, y: y(n), width: Math.max(1, x(edges[i + 1]) - x(edges[i]) - 1), height: bottom - y(n), class: middle < 0 ? "bar-loss" : "bar-gain" });
      hint(bar, `${charts.signed(edges[i])} to ${charts.signed(edges[i + 1])} R: ${n} trade${n === 1 ? "" : "s"}`);
    });
    shape(add, hint, x, bottom + GAP + VIOLIN / 2, box, violin);
    const ticks = roundStep(high - low, Math.max(3, Math.floor(width / 80)));
    const decimals = ticks >= 1 ? 0 : ticks >= 0.1 ? 1 : 2;
    for (let i = Math.ceil(low / ticks - 1e-9); i * ticks <= high + 1e-9 * ticks; i += 1) add("text", { x: x(i * ticks), y: height - 18, "text-anchor": "middle", class: i ? "" : "zero" }, charts.signed(i * ticks, decimals));
    add("line", { x1: x(0), x2: x(0), y1: 4, y2: height - MARGIN.bottom, class: "zero-line" });
    add("text", { x: width / 2, y: height - 3, "text-anchor": "middle" }, "Result of a trade, R");
    el.replaceChildren(svg);
  }

  function shape(add, hint, x, middle, box, violin) {
    if (violin) {
      const inside = violin.r.map((r, i) => [r, violin.density[i]]).filter(([r]) => r >= box.minimum && r <= box.maximum);
      const peak = Math.max(...violin.density);
      const side = (sign) => inside.map(([r, d]) => `${x(r).toFixed(1)},${(middle + (sign * d * VIOLIN) / 2 / peak).toFixed(1)}`);
      if (inside.length > 1) add("polygon", { points: [...side(-1), ...side(1).reverse()].join(" "), class: "violin" });
    }
    const left = x(box.lower_quartile);
    add("line", { x1: x(box.minimum), x2: x(box.maximum), y1: middle, y2: middle, class: "whisker" });
    const rect = add("rect", { x: left, y: middle - 8, width: Math.max(2, x(box.upper_quartile) - left), height: 16, class: "box" });
    hint(rect, `Quartiles ${charts.signed(box.lower_quartile)} to ${charts.signed(box.upper_quartile)} R, median ${charts.signed(box.median)} R, mean ${charts.signed(box.mean)} R`);
    add("line", { x1: x(box.median), x2: x(box.median), y1: middle - 8, y2: middle + 8, class: "median" });
    add("circle", { cx: x(box.mean), cy: middle, r: 3, class: "mean" });
  }
})();
