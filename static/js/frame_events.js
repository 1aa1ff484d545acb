// The frame follows live events: the count of unread alerts, gauges that are fetched anew, and a new
// page when this one is too far behind.
(() => {
  const badge = () => document.getElementById("unread");
  const shown = () => Number(badge()?.dataset.count ?? badge()?.textContent) || 0;
  const fetchGauges = () => window.dispatchEvent(new CustomEvent("ror:status"));

  function setUnread(count) {
    const slot = badge();
    if (!slot) return;
    slot.textContent = count > 99 ? "99+" : count;
    slot.dataset.count = count;
    slot.hidden = count < 1;
    document.getElementById("bell")?.setAttribute("aria-label", count < 1 ? "Alerts" : `Alerts, ${slot.textContent} unread`);
  }

  addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (type === "alert.fired") setUnread(data.unread ?? shown() + 1);
    if (type === "alert.acknowledged") setUnread(data.unread ?? Math.max(0, shown() - (data.count ?? 1)));
    if (type === "monitor.status" || type === "system.health") fetchGauges();
  });
  // The navigation counts what the gauge of the bots counts.
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const slot = target.id === "frame-status" && document.querySelector('[data-badge="bots"]');
    if (!slot) return;
    const gauge = target.querySelector('[data-gauge="bots"]');
    slot.textContent = gauge?.dataset.troubled ?? 0;
    slot.hidden = !Number(slot.textContent);
  });
  addEventListener("ror:reset", () => location.reload());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.closest?.(".gauge-monitor")) fetchGauges();
  });
})();
