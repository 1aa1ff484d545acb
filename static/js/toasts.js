// Toasts: an alert that has just fired, at the corner of whatever page is open.
(() => {
  const MOST = 4;
  const SHOWN_MS = 8000;

  function title(data) {
    return [data.kind_text || "Alert", data.symbol, data.direction].filter(Boolean).join(" ");
  }

  function text(data) {
    const price = typeof data.price === "number" ? `at ${rorPrice(data.price, data.price_decimals)}` : "";
    const mark = data.source === "test" ? "test" : data.is_late ? "late" : "";
    const { exit_reason_text: reason, origin_text: origin } = data;
    return [data.strategy_name, price, reason, mark, origin].filter(Boolean).join(" · ");
  }

  function dismissal(element) {
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Dismiss");
    close.onclick = (event) => { event.preventDefault(); element.remove(); };
    return close;
  }

  // Not under a pointer, and not while the keyboard is on it.
  function leave(element) {
    if (element.matches(":hover, :focus-within")) setTimeout(leave, 1000, element);
    else element.remove();
  }

  // A trouble stays until it is dismissed; an alert goes by itself.
  function show(heading, words, url, isTrouble = false) {
    const element = document.createElement("a");
    element.className = isTrouble ? "toast-alert is-trouble" : "toast-alert";
    element.href = url;
    if (isTrouble) element.setAttribute("role", "alert");
    for (const [tag, text] of [["strong", heading], ["span", words]]) {
      const child = document.createElement(tag);
      child.textContent = text;
      element.append(child);
    }
    element.append(dismissal(element));
    const box = document.getElementById("toasts");
    box.prepend(element);
    while (box.children.length > MOST) box.lastElementChild.remove();
    if (!isTrouble) setTimeout(leave, SHOWN_MS, element);
  }

  function showTrouble(type, data) {
    if (type === "delivery.updated" && data.prominent) {
      show(data.notice_title, data.notice_text, `/webhooks/deliveries/${data.delivery}/`, true);
    }
    if (type === "system.health" && data.component === "endpoint") {
      const heading = data.status === "disabled" ? "An endpoint was switched off" : "An endpoint fails";
      show(heading, data.message, `/webhooks/${data.endpoint}/`, true);
    }
  }

  addEventListener("ror:event", ({ detail: { type, data } }) => {
    showTrouble(type, data);
    if (type !== "alert.fired") return;
    // The page of a replay lists its alerts itself.
    if (document.querySelector(`[data-source="${CSS.escape(data.data_source)}"].replay-page`)) return;
    show(title(data), text(data), data.url || "/alerts/");
    if (document.body.dataset.sound !== undefined) window.rorBeep();
  });
})();
