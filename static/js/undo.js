// What was just stopped can be taken back: a button that counts its seconds down and goes with them.
// Offers come with a page, or with the answer to a switch as "ror:undo".
(() => {
  const SECONDS = 10;

  function countDown(form) {
    if (form.dataset.running) return;
    form.dataset.running = "";
    let left = SECONDS;
    const slot = form.querySelector("[data-undo-left]");
    const tick = () => {
      slot.textContent = `${left} s`;
      if (left-- <= 0) { clearInterval(timer); (form.closest(".undo-bar") ?? form).remove(); }
    };
    const timer = setInterval(tick, 1000);
    tick();
  }

  function field(form, name, value) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }

  function offer({ text, offer: token, url }) {
    for (const old of document.querySelectorAll(".undo-bar")) old.remove();
    const bar = document.createElement("div");
    bar.className = "undo-bar";
    bar.setAttribute("role", "status");
    const words = document.createElement("span");
    words.textContent = text;
    const form = document.createElement("form");
    form.setAttribute("hx-post", url);
    form.setAttribute("hx-swap", "none");
    field(form, "offer", token);
    const button = document.createElement("button");
    button.type = "submit";
    button.className = "btn btn-sm";
    button.innerHTML = 'Undo <span class="num" data-undo-left></span>';
    form.append(button);
    bar.append(words, form);
    document.body.append(bar);
    window.htmx?.process(bar);
    countDown(form);
    // The switch that was pressed is drawn anew and loses the focus: the way back has it.
    button.focus({ preventScroll: true });
  }

  const start = (root) => { for (const form of root.querySelectorAll("[data-undo]")) countDown(form); };
  addEventListener("ror:undo", ({ detail }) => offer(detail));
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const bar = target.closest?.(".undo-bar");
    if (bar && detail.successful) bar.remove();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement?.closest?.(".undo-bar")?.remove();
  });
  start(document);
})();
