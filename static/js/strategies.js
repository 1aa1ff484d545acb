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

  // What figures and words mean on tap and by keyboard; a mouse has it on hover.
  const HINTS = ".hint[title], .kpi-label[title], .kpi-table th[title]";
  let tip = null;
  function explain(label) {
    tip?.remove();
    const place = label.getBoundingClientRect();
    tip = document.createElement("div");
    tip.className = "kpi-tip";
    tip.setAttribute("role", "status");
    tip.textContent = label.title;
    document.body.append(tip);
    const left = Math.min(place.left, document.documentElement.clientWidth - tip.offsetWidth - 12);
    tip.style.left = `${Math.max(12, left) + scrollX}px`;
    tip.style.top = `${place.bottom + 6 + scrollY}px`;
  }
  document.addEventListener("click", (event) => {
    const label = event.target.closest(HINTS);
    if (label) explain(label);
    else tip?.remove();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip?.remove();
    else if (event.key === "Enter" && event.target.matches(HINTS)) explain(event.target);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });
})();
