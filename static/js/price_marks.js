// The results of trades beside their exits: as many labels as have room, each on a ground of its
// own, so that it can be read over candles and lines.
(() => {
  const charts = (window.RorCharts ??= {});
  const HEIGHT = 16;
  const GAP = 16;
  const MOST = 400;

  charts.markText = (mark) => {
    const reason = mark.reason ?? "";
    const result = Number.isFinite(mark.r) ? `${charts.signed(mark.r)} R` : "";
    return [result, reason].filter(Boolean).join(" ");
  };

  charts.MarkLayer = class extends charts.Layer {
    constructor() {
      super("top");
      this.marks = [];
      this.widths = new Map();
    }
    // `marks`: exits with `index`, `low` and `high` of their bar, in ascending order.
    paint(context, size, range) {
      const seen = this.marks.filter(({ index }) => index >= range.from && index <= range.to);
      if (seen.length > MOST) return;
      context.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
      context.textBaseline = "middle";
      const placed = [];
      for (const mark of seen) {
        const box = this.box(context, mark, size);
        if (!box || placed.some((other) => meets(box, other))) continue;
        placed.push(box);
        this.label(context, box);
      }
    }
    box(context, mark, size) {
      const text = charts.markText(mark);
      if (!this.widths.has(text)) this.widths.set(text, context.measureText(text).width + 10);
      const width = this.widths.get(text);
      const isBelow = mark.side === "SHORT";
      const edge = this.series.priceToCoordinate(isBelow ? mark.low : mark.high);
      if (edge === null) return null;
      const left = this.x(mark.index) - width / 2;
      if (left < 0 || left + width > size.width) return null;
      return { text, r: mark.r, left, width, top: isBelow ? edge + GAP : edge - GAP - HEIGHT };
    }
    label(context, { text, r, left, width, top }) {
      const colours = charts.colours();
      const tone = r > 0 ? colours.gain : r < 0 ? colours.loss : colours.soft;
      context.fillStyle = charts.fade(colours.surface, 0.92);
      context.strokeStyle = charts.fade(tone, 0.6);
      context.lineWidth = 1;
      context.beginPath();
      context.roundRect(Math.round(left) + 0.5, Math.round(top) + 0.5, Math.round(width), HEIGHT, 3);
      context.fill();
      context.stroke();
      context.fillStyle = tone;
      context.fillText(text, Math.round(left) + 5, Math.round(top) + HEIGHT / 2 + 1);
    }
  };

  function meets(one, other) {
    return one.left < other.left + other.width + 4 && other.left < one.left + one.width + 4
      && one.top < other.top + HEIGHT + 2 && other.top < one.top + HEIGHT + 2;
  }
})();
