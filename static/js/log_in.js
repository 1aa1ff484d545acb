// Logging in without leaving the page: a small form in its corner, or a tab of its own.
(() => {
  const box = document.getElementById("log-in");
  if (!box) return;
  const form = box.querySelector("form");
  const error = box.querySelector("[data-error]");
  let before = null;

  function ask(isAsked) {
    if (box.hidden) before = document.activeElement;
    box.hidden = false;
    // A poll that finds the session gone must not take the focus from what is being typed.
    if (isAsked) form.elements.password.focus();
  }

  function close() {
    if (box.contains(document.activeElement)) before?.focus?.();
    box.hidden = true;
  }

  async function look(isQuiet = false) {
    const pulse = await window.rorPulse();
    if (pulse === "ok") {
      close();
      window.rorStanding.reached();
    } else if (pulse === "other-account") {
      error.textContent = "Another account is logged in here now. Log in with yours, or reload the page.";
    } else if (!isQuiet) {
      error.textContent = "One more step is needed: log in in a new tab, then come back.";
    }
  }

  const problems = {
    403: "The log-in form has expired. Log in in a new tab.",
    429: "Too many tries. Wait a minute.",
  };
  async function problemOf(answer) {
    if (answer.status !== 400) return problems[answer.status] || "Logging in failed. Try a new tab.";
    const said = (await answer.json()).form;
    const fields = Object.values(said?.fields || {}).flatMap((field) => field.errors);
    return [...(said?.errors || []), ...fields][0] || "These do not belong together.";
  }

  async function send() {
    if (!window.rorToken()) await fetch(form.action);
    const body = new FormData(form);
    const answer = await fetch(form.action, {
      method: "POST", body,
      headers: { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": window.rorToken() },
    });
    if (!answer.ok) error.textContent = await problemOf(answer);
    else await look();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    form.classList.add("htmx-request");
    try { await send(); } catch { error.textContent = "No connection. Try again."; }
    form.elements.password.value = "";
    form.classList.remove("htmx-request");
  });
  box.querySelector("[data-close]").onclick = close;
  box.addEventListener("keydown", (event) => event.key === "Escape" && close());
  // Back from the other tab.
  addEventListener("focus", () => window.rorStanding.word === "logged-out" && look(true));
  addEventListener("ror:standing", ({ detail }) => {
    if (detail.word === "logged-out") ask(false);
    else if (detail.word === "") close();
  });
  window.rorLogIn = { ask };
})();
