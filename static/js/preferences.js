// The switches for theme and sound in the account menu: they act at once and the server keeps them.
(() => {
  const body = document.body;
  const themes = ["system", "light", "dark"];
  const csrf = () => JSON.parse(body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

  function save(name, value) {
    if (!body.dataset.preferencesUrl) return;
    const form = new FormData();
    form.set(name, value);
    fetch(body.dataset.preferencesUrl, {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": csrf() },
    });
  }

  function cycleTheme() {
    const next = themes[(themes.indexOf(window.rorTheme.choice()) + 1) % themes.length];
    window.rorTheme.set(next);
    save("theme", next);
    for (const label of document.querySelectorAll("[data-theme-label]")) label.textContent = next;
  }

  function toggleSound(button) {
    const on = body.dataset.sound === undefined;
    if (on) body.dataset.sound = "";
    else delete body.dataset.sound;
    button.setAttribute("aria-pressed", String(on));
    document.querySelector("[data-sound-label]").textContent = on ? "on" : "off";
    save("alert_sound", on ? "true" : "false");
    if (on) window.rorBeep();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-toggle],[data-sound-toggle]");
    if (!target) return;
    event.stopPropagation();
    if (target.matches("[data-theme-toggle]")) cycleTheme();
    else toggleSound(target);
  });
})();
