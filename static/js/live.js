// Live events: one socket per page, resumed by sequence number.
// Events are dispatched on window as "ror:event", a bar that has closed as "ror:clock"; "ror:reset" says that the page should be reloaded
// from rows, because the client was too far behind to be caught up event by event.
(() => {
  const LOST_AFTER_MS = 45_000;
  const FIRST_DELAY_MS = 500;
  const LONGEST_DELAY_MS = 20_000;
  const body = document.body;
  if (!body.dataset.live) return;

  let last = Number(body.dataset.topSeq) || 0;
  let attempts = 0;
  let socket = null;
  let silence = 0;
  let retry = 0;
  let behindSince = 0;

  const announce = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail }));

  function setState(state, words) {
    const element = document.getElementById("connection");
    if (element && element.dataset.state !== state) {
      element.dataset.state = state;
      element.title = `Live connection: ${words}`;
      element.setAttribute("aria-label", element.title);
      announce("ror:connection", { state });
    }
  }

  function expectSomething() {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.close(4000, "silent"), LOST_AFTER_MS);
  }

  // A heartbeat that knows more than we do, twice in a row, means that a message was lost.
  function checkTop(top) {
    if (top <= last) behindSince = 0;
    else if (behindSince && behindSince < top) socket.close(4001, "behind");
    else behindSince = last || 1;
  }

  function receive(message) {
    if (message.type === "heartbeat") return checkTop(message.top);
    if (message.type === "clock") return announce("ror:clock", message);
    if (message.type === "reset") {
      last = message.top ?? last;
      return announce("ror:reset", message);
    }
    if (typeof message.seq !== "number" || message.seq <= last) return undefined;
    last = message.seq;
    behindSince = 0;
    return announce("ror:event", message);
  }

  function open() {
    clearTimeout(retry);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/feed/?since=${last}&clocks=1`);
    socket.onopen = () => {
      setState("live", "connected");
      expectSomething();
    };
    socket.onmessage = (event) => {
      attempts = 0;
      expectSomething();
      receive(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      clearTimeout(silence);
      if (event.code === 4401 || event.code === 4403) return setState("lost", "logged out");
      setState("lost", "reconnecting");
      const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempts);
      attempts += 1;
      retry = setTimeout(open, Math.max(FIRST_DELAY_MS / 2, Math.random() * ceiling));
      return undefined;
    };
  }

  addEventListener("ror:back", () => socket?.readyState > 1 && open());
  addEventListener("online", () => socket?.readyState > 1 && open());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && socket?.readyState > 1) open();
  });
  addEventListener("pagehide", () => {
    if (socket) socket.onclose = null;
    socket?.close(1000);
  });
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
})();
