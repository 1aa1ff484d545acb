// Keys on a focused price chart: arrows move it, + and - zoom, Home and End go to its ends, t asks for a
// date, f fills the screen.
(() => {
  const charts = (window.RorCharts ??= {});

  // How far a key moves the left and the right edge of the visible `range`, in bars.
  function moveOf(event, range, count) {
    const width = range.to - range.from;
    const step = event.shiftKey ? width * 0.9 : Math.max(1, width * 0.05);
    const moves = {
      ArrowLeft: [-step, -step], ArrowRight: [step, step],
      "+": [width * 0.15, 0], "=": [width * 0.15, 0], "-": [-width * 0.2, 0],
      Home: [-range.from, -range.from], End: [count - range.to, count - range.to],
    };
    return moves[event.key];
  }

  // `count` says how many bars there are now; `signal` ends it.
  charts.priceKeys = (el, chart, count, signal) => {
    el.tabIndex = 0;
    el.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const tool = { t: "[data-chart-date]", f: "[data-chart-full]" }[event.key];
      const asked = tool && el.closest(".card")?.querySelector(tool);
      if (asked) {
        event.preventDefault();
        if (tool === "[data-chart-date]") asked.focus();
        else asked.click();
        return;
      }
      const range = chart.timeScale().getVisibleLogicalRange();
      const move = range && moveOf(event, range, count());
      if (!move) return;
      event.preventDefault();
      chart.timeScale().setVisibleLogicalRange({ from: range.from + move[0], to: range.to + move[1] });
    }, { signal });
  };
})();
