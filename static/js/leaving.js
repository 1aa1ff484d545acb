// Forms and links that leave the page. Before a form is sent the server is asked for its pulse, so
// that what was typed never ends on the browser's own page of an error.
(() => {
  const { pulseUrl, account } = document.body.dataset;
  const PULSE_MS = 8000;
  const sure = new WeakSet();
  const asking = new WeakSet();

  // "ok", or why the form can't go now.
  window.rorPulse = async () => {
    try {
      const answer = await fetch(pulseUrl, {
        headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout(PULSE_MS),
      });
      if (answer.status === 401) return "logged-out";
      if (!answer.ok) return "failing";
      return answer.headers.get("X-Account") === account ? "ok" : "other-account";
    } catch {
      return "lost";
    }
  };

  const words = {
    lost: "Not done: no connection. What you entered is still here; try again.",
    failing: "Not done: the server does not answer. What you entered is still here; try again.",
    "other-account": "Not done: another account is logged in here by now. Copy what you need, then reload.",
  };

  function settle(pulse, element) {
    const standing = window.rorStanding;
    if (pulse === "ok") standing.reached();
    if (pulse === "lost") standing.lost("No connection");
    if (pulse === "logged-out") {
      standing.loggedOut();
      window.rorLogIn?.ask(true);
    } else if (words[pulse]) window.rorSay(element, words[pulse]);
  }

  // A part of the page may have been drawn anew meanwhile: then the form that stands there now.
  function current(form, submitter) {
    const isThere = form.isConnected && (!submitter || submitter.form === form);
    const twin = isThere ? form : document.getElementById(form.id) || form;
    const isSame = (one) => one.type === "submit" && one.name === submitter?.name && one.value === submitter?.value;
    return [twin, isThere ? submitter : [...twin.elements].find(isSame)];
  }

  async function send(asked, button) {
    asking.add(asked);
    asked.classList.add("htmx-request");
    const pulse = await window.rorPulse();
    asking.delete(asked);
    asked.classList.remove("htmx-request");
    const [form, submitter] = current(asked, button);
    settle(pulse, submitter || form);
    if (pulse !== "ok") return;
    const token = form.querySelector("[name=csrfmiddlewaretoken]");
    if (token && window.rorToken()) token.value = window.rorToken();
    sure.add(form);
    form.requestSubmit(submitter);
    sure.delete(form);
  }

  window.rorIsSure = (form) => sure.has(form);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || sure.has(form) || !pulseUrl) return;
    if ((event.submitter?.formMethod || form.method) !== "post") return;
    event.preventDefault();
    if (!asking.has(form)) send(form, event.submitter);
  });

  // A form that only swaps a part of its page loses what was typed as easily.
  document.addEventListener("htmx:confirm", async (event) => {
    const { elt: form, verb, triggeringEvent, issueRequest } = event.detail;
    if (verb !== "post" || triggeringEvent?.type !== "submit" || !pulseUrl) return;
    event.preventDefault();
    if (asking.has(form)) return;
    asking.add(form);
    const pulse = await window.rorPulse();
    asking.delete(form);
    settle(pulse, triggeringEvent.submitter || form);
    if (pulse === "ok") issueRequest();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isOther = !link || link.target || link.origin !== location.origin || link.download;
    if (event.defaultPrevented || isOther || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (window.rorStanding.word !== "lost" || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    window.rorSay(link, "Not opened: no connection. This page stays as it is.");
  });
})();
