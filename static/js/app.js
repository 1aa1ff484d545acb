// The frame of every page: theme and sound switches, gauges that tick, alert toasts, keys.
(() => {
  const body = document.body;
  const find = (selector, root = document) => root.querySelector(selector);
  const csrf = () => JSON.parse(body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

  function savePreference(name, value) {
    if (!body.dataset.preferencesUrl) return;
    const form = new FormData();
    form.set(name, value);
    fetch(body.dataset.preferencesUrl, {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": csrf() },
    });
  }

  // Theme and sound
  const themes = ["system", "light", "dark"];
  function cycleTheme() {
    const next = themes[(themes.indexOf(window.rorTheme.choice()) + 1) % themes.length];
    window.rorTheme.set(next);
    savePreference("theme", next);
    for (const label of document.querySelectorAll("[data-theme-label]")) label.textContent = next;
  }
  function toggleSound(button) {
    const on = body.dataset.sound === undefined;
    if (on) body.dataset.sound = "";
    else delete body.dataset.sound;
    button.setAttribute("aria-pressed", String(on));
    find("[data-sound-label]").textContent = on ? "on" : "off";
    savePreference("alert_sound", on ? "true" : "false");
    if (on) beep();
  }
  let audio = null;
  function beep() {
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.08, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.35);
  }
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-toggle],[data-sound-toggle],[data-copy]");
    if (!target) return;
    if (target.matches("[data-copy]")) copy(target);
    else {
      event.stopPropagation();
      if (target.matches("[data-theme-toggle]")) cycleTheme();
      else toggleSound(target);
    }
  });
  async function copy(button) {
    const source = find(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    const label = find("span", button) || button;
    const before = label.textContent;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; }, 1500);
  }

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  }, true);

  // Gauges
  const received = new WeakMap();
  const words = (seconds) => {
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds >= 86400) return `${Math.floor(seconds / 86400)} d`;
    const minutes = Math.floor((seconds % 3600) / 60);
    return `${Math.floor(seconds / 3600)} h${minutes ? ` ${minutes} min` : ""}`;
  };
  const clockOf = new Intl.DateTimeFormat("en-GB", {
    timeZone: body.dataset.timezone || "UTC", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  function tickMarket(gauge) {
    if (!gauge) return;
    if (!received.has(gauge)) received.set(gauge, performance.now());
    const speed = Number(gauge.dataset.speed) || 0;
    const passed = ((performance.now() - received.get(gauge)) / 1000) * speed;
    const now = Number(gauge.dataset.now) + passed;
    const text = clockOf.format(new Date(now * 1000));
    find("[data-clock]", gauge).textContent = speed === 1 ? text : text.slice(0, 5);
    const until = Number(gauge.dataset.until);
    const left = Math.max(0, Math.floor(until - now));
    for (const slot of gauge.querySelectorAll("[data-left]")) slot.textContent = words(left);
  }
  function tick() {
    tickMarket(find('[data-gauge="market"]'));
    const now = Date.now();
    for (const slot of document.querySelectorAll("[data-bar-age]")) {
      slot.textContent = words(Math.max(0, Math.floor(now / 1000 - Number(slot.dataset.barTs))));
    }
    for (const slot of document.querySelectorAll("time[data-ago]")) {
      const seconds = Math.max(0, Math.floor((now - Date.parse(slot.dateTime)) / 1000));
      slot.textContent = `${words(seconds)} ago`;
    }
  }
  setInterval(tick, 1000);
  tick();

  // Live events
  function setUnread(count) {
    const badge = document.getElementById("unread");
    if (!badge) return;
    badge.textContent = count > 99 ? "99+" : count;
    badge.dataset.count = count;
    badge.hidden = count < 1;
  }
  function toastTitle(data) {
    const kind = { entry_signal: "Entry", exit_signal: "Exit" }[data.alert_type] || "Alert";
    return [kind, data.symbol, data.direction].filter(Boolean).join(" ");
  }
  function toastText(data) {
    const price = typeof data.price === "number" ? `at ${rorPrice(data.price, data.price_decimals)}` : "";
    const reason = data.exit_reason ? data.exit_reason.replaceAll("_", " ") : "";
    const mark = data.source === "test" ? "test" : data.is_late ? "late" : "";
    const origin = { simulated: "simulated data", replay: "replay" }[(data.data_source || "").split(":")[0]];
    return [data.strategy_name, price, reason, mark, origin].filter(Boolean).join(" · ");
  }
  function toast(data) {
    const element = document.createElement("a");
    element.className = "toast-alert";
    element.href = data.url || "/alerts/";
    for (const [tag, text] of [["strong", toastTitle(data)], ["span", toastText(data)]]) {
      const child = document.createElement(tag);
      child.textContent = text;
      element.append(child);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Dismiss");
    close.onclick = (event) => { event.preventDefault(); element.remove(); };
    element.append(close);
    const box = document.getElementById("toasts");
    box.prepend(element);
    while (box.children.length > 4) box.lastElementChild.remove();
    setTimeout(() => element.remove(), 8000);
  }
  addEventListener("ror:event", ({ detail: { type, data } }) => {
    const badge = document.getElementById("unread");
    const shown = Number(badge?.dataset.count ?? badge?.textContent) || 0;
    if (type === "alert.fired") {
      setUnread(data.unread ?? shown + 1);
      toast(data);
      if (body.dataset.sound !== undefined) beep();
    } else if (type === "alert.acknowledged") {
      setUnread(data.unread ?? Math.max(0, shown - (data.count ?? 1)));
    } else if (type === "monitor.status" || type === "system.health") {
      window.dispatchEvent(new CustomEvent("ror:status"));
    }
  });
  addEventListener("ror:reset", () => location.reload());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.closest?.(".gauge-monitor")) window.dispatchEvent(new CustomEvent("ror:status"));
  });

  // Keys
  let pending = "";
  const places = { d: "/", s: "/strategies/", p: "/packs/", a: "/alerts/", w: "/webhooks/" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (pending === "g" && places[event.key]) location.assign(places[event.key]);
    pending = event.key === "g" ? "g" : "";
    if (event.key === "?") find('[data-bs-target="#help"]')?.click();
    if (event.key === "/") {
      const field = find("[data-search], input[type=search]");
      if (field) { event.preventDefault(); field.focus(); field.select?.(); }
    }
  });
})();
