// RorCharts.histogram(el, {values: [R, …]}) counts results in R per bin, zero marked. A bin holds
// what lies from its left edge up to, but not including, its right edge; no bin straddles zero.
// Rare results far out are counted in the first and last bin, which say so.
(() => {
  const charts = (window.RorCharts ??= {});
  const space = "http://www.w3.org/2000/svg";
  const WIDTHS = [0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];
  // Of the axis: what the words of an outermost bin without an end take.
  const OPEN_ROOM = 60;
  const MARGIN = { top: 26, right: 12, bottom: 34, left: 40 };

  charts.histogram = (el, data) => {
    charts.release(el);
    el.replaceChildren();
    el.classList.add("chart");
    // The picture within is named by itself; a name needs a role to belong to.
    el.setAttribute("role", "group");
    // Of many results only counts are handed over: each stands for the middle of its step.
    const counted = (data?.bins ?? []).flatMap(([place, n]) => Array(n).fill((place + 0.5) * data.width));
    const values = (data?.values ?? counted).filter(Number.isFinite);
    if (!values.length) {
      charts.element("div", "chart-empty", el).textContent = "No closed trades yet";
      return;
    }
    const bins = count(values);
    const draw = () => paint(el, bins, values);
    const observer = new ResizeObserver(draw);
    observer.observe(el);
    charts.register(el, () => {}, () => observer.disconnect());
  };

  // The range that is drawn: a hundredth on either side is left out when it would stretch it.
  function limits(values) {
    const sorted = [...values].sort((one, other) => one - other);
    const cut = Math.floor(sorted.length / 100);
    const [low, high] = [sorted[cut], sorted[sorted.length - 1 - cut]];
    const room = 0.5 * (Math.max(high, 0) - Math.min(low, 0));
    return [
      Math.min(low - sorted[0] > room ? low : sorted[0], 0),
      Math.max(sorted.at(-1) - high > room ? high : sorted.at(-1), 0),
    ];
  }

  function count(values) {
    const [low, high] = limits(values);
    const width = WIDTHS.find((one) => (high - low) / one <= 28) ?? 100;
    const first = Math.floor(low / width + 1e-9);
    const last = Math.max(first, Math.floor(high / width + 1e-9));
    const bins = Array.from({ length: last - first + 1 }, (_, i) => ({ from: (first + i) * width, to: (first + i + 1) * width, n: 0 }));
    for (const value of values) {
      const place = Math.floor(value / width + 1e-9) - first;
      const bin = bins[Math.max(0, Math.min(bins.length - 1, place))];
      bin.n += 1;
      if (place < 0 || place >= bins.length) bin.isOpen = true;
    }
    return bins;
  }

  function range(bin) {
    if (bin.isOpen) return bin.from < 0 ? `below ${charts.signed(bin.to)} R` : `${charts.signed(bin.from)} R and more`;
    return `${charts.signed(bin.from)} to ${charts.signed(bin.to)} R`;
  }

  // What an outermost bin holds that has no end, for the axis.
  const beyond = (bin, decimals) => (bin.from < 0 ? `< ${charts.signed(bin.to, decimals)}` : `≥ ${charts.signed(bin.from, decimals)}`);

  // The picture in a sentence, for who does not see it.
  function told(bins, values) {
    const most = bins.reduce((one, other) => (other.n > one.n ? other : one));
    const n = (holds) => values.filter(holds).length;
    const sides = `${n((r) => r < 0)} below zero, ${n((r) => r >= 0)} from zero on`;
    return `Distribution of ${values.length} results in R: ${sides}; most, ${most.n}, ${range(most)}`;
  }

  // 1, 2 or 5 times a power of ten, so that about four lines are drawn.
  function roundStep(most) {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 4)));
    return [1, 2, 5, 10].map((one) => one * power).find((one) => most / one <= 4.5);
  }

  function paint(el, bins, values) {
    const width = el.clientWidth;
    const height = el.clientHeight;
    if (!width || !height) return;
    const svg = document.createElementNS(space, "svg");
    const add = (name, attributes, text) => {
      const node = document.createElementNS(space, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      if (text !== undefined) node.textContent = text;
      svg.append(node);
      return node;
    };
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("class", "histogram");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", told(bins, values));
    const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    const most = Math.max(...bins.map((bin) => bin.n));
    const low = bins[0].from;
    const high = bins.at(-1).to;
    const x = (value) => MARGIN.left + (inner.width * (value - low)) / (high - low);
    const y = (n) => MARGIN.top + inner.height * (1 - n / most);
    const step = roundStep(most);
    for (let n = 0; n <= most; n += step) {
      add("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(n), y2: y(n), class: "grid" });
      add("text", { x: MARGIN.left - 8, y: y(n) + 4, "text-anchor": "end" }, n);
    }
    for (const bin of bins) {
      const left = x(bin.from) + 1;
      const bar = add("rect", { x: left, y: y(bin.n), width: Math.max(1, x(bin.to) - left - 1), height: MARGIN.top + inner.height - y(bin.n), class: bin.from < 0 ? "bar-loss" : "bar-gain" });
      const title = document.createElementNS(space, "title");
      title.textContent = `${range(bin)}: ${bin.n} trade${bin.n === 1 ? "" : "s"}`;
      bar.append(title);
      if (bin.n && bins.length <= 24 && x(bin.to) - x(bin.from) > 18) add("text", { x: (x(bin.from) + x(bin.to)) / 2, y: y(bin.n) - 4, "text-anchor": "middle", class: "count" }, bin.n);
    }
    const every = Math.ceil(bins.length / Math.max(2, Math.floor(inner.width / 52)));
    const zero = bins.findIndex((bin) => Math.abs(bin.from) < 1e-9);
    const decimals = bins[0].to - bins[0].from < 0.5 ? 2 : 1;
    const [isOpenBelow, isOpenAbove] = [bins[0], bins.at(-1)].map((bin) => bin.isOpen);
    const room = [isOpenBelow ? OPEN_ROOM : -Infinity, inner.width - (isOpenAbove ? OPEN_ROOM : -Infinity)];
    bins.forEach((bin, i) => {
      const isNearZero = Math.abs(bin.from) < 1e-9;
      const at = x(bin.from) - MARGIN.left;
      if ((i - Math.max(0, zero)) % every || at < room[0] || at > room[1]) return;
      add("text", { x: x(bin.from), y: height - 18, "text-anchor": "middle", class: isNearZero ? "zero" : "" }, charts.signed(bin.from, decimals));
    });
    const open = (bin, end, anchor) => add("text", { x: end, y: height - 18, "text-anchor": anchor, class: "open-bin" }, beyond(bin, decimals));
    if (isOpenBelow) open(bins[0], x(low), "start");
    if (isOpenAbove) open(bins.at(-1), x(high), "end");
    add("line", { x1: x(0), x2: x(0), y1: 4, y2: MARGIN.top + inner.height, class: "zero-line" });
    add("text", { x: MARGIN.left + inner.width / 2, y: height - 3, "text-anchor": "middle" }, "Result of a trade, R");
    el.replaceChildren(svg);
  }
})();
