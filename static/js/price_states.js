// The states of a pack on a price chart: a band beneath the candles in the colour of each, faint over
// their whole height, and the words for the bar under the cursor.
(() => {
  const charts = (window.RorCharts ??= {});
  const BAND = 8;
  const LEAST_PIXELS = 1;
  const SHADE = 0.07;

  // `states`: {names, colors}; `codes`: the state of each bar, -1 for none.
  charts.StateLayer = class extends charts.Layer {
    constructor() { super("bottom"); this.runs = []; this.colors = []; }
    set({ states, codes }) {
      this.runs = [];
      this.colors = states?.colors ?? [];
      if (!states) return;
      let from = 0;
      for (let at = 1; at <= codes.length; at += 1) {
        if (at < codes.length && codes[at] === codes[from]) continue;
        if (codes[from] >= 0) this.runs.push({ from, to: at - 1, code: codes[from] });
        from = at;
      }
    }
    paint(context, size, range) {
      for (const { from, to, code } of this.runs) {
        if (to < range.from || from > range.to) continue;
        const left = this.edge(from);
        const width = Math.max(LEAST_PIXELS, this.edge(to + 1) - left);
        context.fillStyle = this.colors[code];
        context.globalAlpha = SHADE;
        context.fillRect(left, 0, width, size.height - BAND);
        context.globalAlpha = 1;
        context.fillRect(left, size.height - BAND, width, BAND);
      }
    }
  };

  charts.isEvent = (mark) => mark.kind.startsWith("event");

  // Its arrow points the way the trigger trades; one for both ways is a square. A colour of its own
  // would say gain or loss.
  charts.eventShape = (mark, time) => ({
    time,
    position: mark.side === "SHORT" ? "aboveBar" : "belowBar",
    shape: { LONG: "arrowUp", SHORT: "arrowDown" }[mark.side] ?? "square",
    size: mark.side === "LONG" || mark.side === "SHORT" ? 1 : 0.6,
    color: charts.colours().accent,
    text: mark.text,
  });

  // What the pack says of a bar, for the legend: [name, text, colour].
  charts.saidAt = (data, at) => {
    const { states, codes, markers, bars } = data;
    const said = [];
    const code = states ? codes?.[at] ?? -1 : -1;
    if (states) said.push(["State", code >= 0 ? states.names[code] : "–", code >= 0 ? states.colors[code] : null]);
    for (const mark of markers) {
      if (charts.isEvent(mark) && mark.ts === bars[at][0]) said.push([mark.text, mark.reason, charts.colours().accent]);
    }
    return said;
  };
})();
