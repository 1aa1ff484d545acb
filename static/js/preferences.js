// The switches for theme and sound in the account menu: they act at once and the server keeps them.
(() => {
  const body = document.body;
  const themes = ["system", "light", "dark"];

  async function save(name, value, button) {
    if (!body.dataset.preferencesUrl) return;
    const form = new FormData();
    form.set(name, value);
    const headers = { "X-CSRFToken": window.rorToken(), "HX-Request": "true" };
    const answer = await fetch(body.dataset.preferencesUrl, { method: "POST", body: form, headers }).catch(() => null);
    if (!answer?.ok) window.rorSay(button, "Not kept: it holds for this page only. Try again later.");
  }

  function cycleTheme(button) {
    const next = themes[(themes.indexOf(window.rorTheme.choice()) + 1) % themes.length];
    window.rorTheme.set(next);
    save("theme", next, button);
    for (const label of document.querySelectorAll("[data-theme-label]")) label.textContent = next;
  }

  function toggleSound(button) {
    const on = body.dataset.sound === undefined;
    if (on) body.dataset.sound = "";
    else delete body.dataset.sound;
    button.setAttribute("aria-pressed", String(on));
    document.querySelector("[data-sound-label]").textContent = on ? "on" : "off";
    save("alert_sound", on ? "true" : "false", button);
    if (on) window.rorBeep();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-toggle],[data-sound-toggle]");
    if (!target) return;
    event.stopPropagation();
    if (target.matches("[data-theme-toggle]")) cycleTheme(target);
    else toggleSound(target);
  });
})();
