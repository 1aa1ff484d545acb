// What has been saved on the settings page shows at once, on the page that saved it.
(() => {
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const section = document.getElementById(detail.elt.id);
    const theme = section && section.dataset.themeSaved;
    if (!theme) return;
    window.rorTheme.set(theme);
    for (const label of document.querySelectorAll("[data-theme-label]")) label.textContent = theme;
    const zone = section.querySelector("[name=display_timezone]");
    const sound = section.querySelector("[name=alert_sound]");
    if (sound.checked) document.body.dataset.sound = "";
    else delete document.body.dataset.sound;
    document.querySelector("[data-sound-label]").textContent = sound.checked ? "on" : "off";
    document.querySelector("[data-sound-toggle]").setAttribute("aria-pressed", String(sound.checked));
    document.body.dataset.timezone = zone.value;
  });
})();
