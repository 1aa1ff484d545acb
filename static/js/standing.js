// What this page stands on: the server, the session, the socket. Whoever shows something that may
// have lost its truth listens to "ror:standing"; "ror:back" says that all is there again.
(() => {
  const ROOT = document.documentElement;
  const LIVE = Boolean(document.body.dataset.live);
  const PROBE_MS = 3000;
  // A socket that is away for less is no news.
  const SOCKET_LOST_MS = 6000;
  const state = { lost: "", session: true, socket: true, since: null };
  let good = new Date();
  let probing = 0;
  let socketTimer = 0;

  const word = () => {
    if (!state.session) return "logged-out";
    if (state.lost) return "lost";
    return state.socket ? "" : "socket-lost";
  };

  function change(part) {
    const before = word();
    const reason = state.lost;
    Object.assign(state, part);
    if (word() === before && state.lost === reason) return;
    if (!before) state.since = good;
    if (word()) ROOT.dataset.standing = word();
    else delete ROOT.dataset.standing;
    window.dispatchEvent(new CustomEvent("ror:standing", { detail: { word: word(), ...state } }));
    if (before && before !== "socket-lost" && ["", "socket-lost"].includes(word())) {
      window.dispatchEvent(new CustomEvent("ror:back"));
      probe();
    }
  }

  const probe = () => window.dispatchEvent(new CustomEvent("ror:status"));

  // While the server is away it is asked more often than by the poll.
  function lost(reason) {
    clearTimeout(probing);
    probing = setTimeout(probe, PROBE_MS);
    change({ lost: reason });
  }

  function reached() {
    clearTimeout(probing);
    change({ lost: "", session: true });
    good = new Date();
  }

  window.rorStanding = {
    get word() { return word(); },
    reached,
    lost,
    probe,
    loggedOut: () => change({ session: false }),
  };
  if (!LIVE) return;

  const isPoll = (detail) => detail.elt?.id === "frame-status";
  document.addEventListener("htmx:sendError", () => lost("No connection"));
  document.addEventListener("htmx:timeout", ({ detail }) => isPoll(detail) && lost("No answer"));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const status = detail.xhr?.status;
    if (status === 401) change({ session: false });
    else if (isPoll(detail) && status >= 500) lost("The server fails");
    else if (status && (isPoll(detail) || !state.lost) && status < 500) reached();
  });
  addEventListener("offline", () => lost("No connection"));
  addEventListener("online", probe);
  addEventListener("ror:connection", ({ detail }) => {
    clearTimeout(socketTimer);
    if (detail.state === "live") change({ socket: true });
    else socketTimer = setTimeout(() => change({ socket: false }), SOCKET_LOST_MS);
    if (detail.state === "lost") probe();
  });
})();
