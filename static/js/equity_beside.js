// What an equity chart shows beside the curve, each with a switch: a line for buy and hold, a band for
// random entries. RorCharts.equityBeside(data) knows which there are, and what uPlot is to draw of them.
(() => {
  const charts = (window.RorCharts ??= {});

  charts.equityBeside = (data) => {
    const found = ["holding", "random"].filter((name) => data?.[name]).map((name) => ({ name, ...data[name] }));
    return {
      found,
      switches: (bar, redraw) => { for (const one of found) toggle(bar, one, redraw); },
      // Columns, series and bands; the first of these columns is number `first` of the plot.
      drawing: (colours, first, step) => {
        const columns = [];
        const series = [];
        const bands = [];
        for (const one of found.filter((beside) => beside.is_shown)) {
          columns.push([0, ...one.low]);
          if (!one.high) {
            series.push({ stroke: colours.ink, width: 1.25, dash: [5, 4], points: { show: false }, ...step });
            continue;
          }
          columns.push([0, ...one.high]);
          const edge = { stroke: charts.fade(colours.soft, 0.6), width: 1, points: { show: false }, ...step };
          series.push(edge, edge);
          const top = first + columns.length - 1;
          bands.push({ series: [top, top - 1], fill: charts.fade(colours.soft, 0.16) });
        }
        return { columns, series, bands };
      },
    };
  };

  function toggle(bar, one, redraw) {
    const button = charts.element("button", `chart-beside line-key line-${one.name}`, bar);
    button.type = "button";
    button.textContent = one.label;
    button.title = one.sentence;
    button.setAttribute("aria-pressed", String(one.is_shown));
    button.onclick = () => {
      one.is_shown = !one.is_shown;
      button.setAttribute("aria-pressed", String(one.is_shown));
      redraw();
    };
  }
})();
