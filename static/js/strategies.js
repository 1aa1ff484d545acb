// Pages of strategies: small curves on cards, progress of runs as it is announced, filters.
(() => {
  const drawCurves = (root) => {
    for (const el of root.querySelectorAll("[data-sparkline]:not([data-drawn])")) {
      el.dataset.drawn = "";
      const script = document.getElementById(el.dataset.sparkline);
      window.RorCharts?.sparkline(el, JSON.parse(script?.textContent || "[]"));
    }
  };
  drawCurves(document);
  // Tabs scroll by themselves on a phone: the one that is open comes into view.
  const tabs = document.querySelector(".nav-tabs");
  const open = tabs?.querySelector(".active");
  if (open) tabs.scrollLeft = open.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;

  document.addEventListener("htmx:afterSettle", (event) => drawCurves(event.target));

  addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (type.startsWith("drilldown.") && document.querySelector(`[data-drill="${data.code}"] [data-pending]`)) {
      window.htmx?.trigger(document.getElementById("drill"), "drill-moved");
    }
    if (type !== "run.progress" && type !== "run.finished") return;
    for (const panel of document.querySelectorAll(`[data-run="${data.code}"]`)) {
      if (type === "run.finished") window.htmx?.trigger(panel, "run-finished");
      else showProgress(panel, data);
    }
  });
  function showProgress(panel, data) {
    const bar = panel.querySelector("progress");
    const label = panel.querySelector("[data-run-label]");
    const share = panel.querySelector("[data-run-percent]");
    if (bar) bar.value = data.progress;
    if (label) label.textContent = data.label;
    if (share) share.textContent = `${Math.round(100 * data.progress)} %`;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    // What is searched while typing needs no leaving of its field.
    const isTyped = event.target.type === "search" && form?.hasAttribute("hx-get") && window.htmx;
    if (form && event.target.name && !isTyped) form.requestSubmit();
  });
})();
