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

  function show(data) {
    const element = document.createElement("a");
    element.className = "toast-alert";
    element.href = data.url || "/alerts/";
    for (const [tag, words] of [["strong", title(data)], ["span", text(data)]]) {
      const child = document.createElement(tag);
      child.textContent = words;
      element.append(child);
    }
    element.append(dismissal(element));
    const box = document.getElementById("toasts");
    box.prepend(element);
    while (box.children.length > MOST) box.lastElementChild.remove();
    setTimeout(() => element.remove(), SHOWN_MS);
  }

  addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (type !== "alert.fired") return;
    show(data);
    if (document.body.dataset.sound !== undefined) window.rorBeep();
  });
})();
