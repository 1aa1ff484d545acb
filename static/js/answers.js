// Requests that htmx makes and that come to nothing: whoever asked is told, in place. Nothing typed
// is lost, since nothing is swapped.
(() => {
  const BY_HAND = ["click", "submit", "change", "input", "keyup", "search"];
  const asker = (detail) => {
    const event = detail.requestConfig?.triggeringEvent;
    return event && BY_HAND.includes(event.type) ? event.submitter || event.target || detail.elt : null;
  };
  const isRead = (detail) => detail.requestConfig?.verb === "get";
  const failed = (detail, why) => `${isRead(detail) ? "Could not be loaded" : "Not done"}: ${why}`;

  // The cookie is always the token in force, also after a login in another tab.
  window.rorToken = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "";
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const token = window.rorToken();
    if (!token) return;
    detail.headers["X-CSRFToken"] = token;
    if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", token);
  });

  // Without a session nothing is sent: polls stop, and a reader is asked to log in.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (window.rorStanding.word !== "logged-out") return;
    event.preventDefault();
    if (asker(event.detail)) window.rorLogIn?.ask(true);
    announce(event.detail.elt, "you are logged out");
  });

  // Who says it in a place of their own prevents the default.
  function announce(elt, why) {
    const event = new CustomEvent("ror:unanswered", { detail: { elt, why }, cancelable: true });
    return document.dispatchEvent(event);
  }

  function tell(detail, why, words = failed(detail, why)) {
    const element = asker(detail);
    if (announce(detail.elt, why) && element) window.rorSay(element, words);
  }

  const reasons = {
    404: "it is gone. Reload the page.",
    405: "this can't be done here. Reload the page.",
    409: "it has changed meanwhile. Reload the page.",
    413: "it is too large.",
    429: "too many at once. Wait a minute.",
  };
  document.addEventListener("htmx:responseError", async ({ detail }) => {
    const { status } = detail.xhr;
    if (status === 401) {
      tell(detail, "you are logged out");
      return window.rorLogIn?.ask(Boolean(asker(detail)));
    }
    if (detail.xhr.getResponseHeader("X-Token-Expired")) {
      await window.rorPulse();
      return tell(detail, "", "Not done: the page was open for too long. It is fresh again, so press once more.");
    }
    if (status < 500) return tell(detail, reasons[status] || "the server refused it.");
    const id = detail.xhr.getResponseHeader("X-Request-ID");
    return tell(detail, `the server failed${id ? ` (request id ${id})` : ""}. Try again.`);
  });
  document.addEventListener("htmx:sendError", ({ detail }) => tell(detail, "no connection. Try again."));
  document.addEventListener("htmx:timeout", ({ detail }) => {
    const why = "no answer. ";
    tell(detail, why, isRead(detail) ? failed(detail, `${why}Try again.`)
      : "No answer: it may or may not have been done. Look before you try again.");
  });
})();
