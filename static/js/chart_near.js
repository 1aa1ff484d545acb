// RorCharts.whenNear(el, draw): draws once the element comes near what is seen. A phone whose charts
// lie far below spends nothing on them until then; paper gets all of them.
(() => {
  const charts = (window.RorCharts ??= {});
  const NEAR_PIXELS = 600;
  const waiting = new Map();

  const begin = (el) => {
    const draw = waiting.get(el);
    waiting.delete(el);
    seen.unobserve(el);
    if (el.isConnected) draw?.(el);
  };
  const seen = new IntersectionObserver(
    (entries) => { for (const entry of entries) if (entry.isIntersecting) begin(entry.target); },
    { rootMargin: `${NEAR_PIXELS}px 0px` },
  );

  charts.whenNear = (el, draw) => {
    waiting.set(el, draw);
    seen.observe(el);
  };
  window.addEventListener("beforeprint", () => { for (const el of [...waiting.keys()]) begin(el); });
})();
