// A switch above a chart: a button for each way of seeing it, the chosen one pressed.
(() => {
  const charts = (window.RorCharts ??= {});

  // `modes` are pairs of name and words; `choose` is told the name.
  charts.modeSwitch = (bar, modes, chosen, choose) => {
    const group = charts.element("span", "chart-switch", bar);
    for (const [mode, text] of modes) {
      const button = charts.element("button", "", group);
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-pressed", String(mode === chosen));
      button.onclick = () => {
        for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
        choose(mode);
      };
    }
  };
})();
