// The chart of an alert waits for its indicator lines: a worker draws them, and the event that says so
// (or a connection that is back) has them fetched.
(() => {
  const charts = (window.RorCharts ??= {});
  let waiting = null;

  charts.followDrawing = (el, data, fetchAgain) => {
    const remark = el.parentElement.querySelector(".chart-remark");
    remark.textContent = data.is_pending ? "The indicators are being drawn." : data.note;
    remark.hidden = !remark.textContent;
    waiting = data.is_pending ? { alert: Number(el.dataset.followsDrawing), fetchAgain } : null;
  };

  function drawn() {
    waiting?.fetchAgain();
    waiting = null;
    const part = document.getElementById("alert-conditions");
    if (part) window.htmx?.trigger(part, "alert-drawn");
  }

  addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (type === "drawing.finished" && data.alert === waiting?.alert) drawn();
  });
  addEventListener("ror:back", () => waiting && drawn());
})();
