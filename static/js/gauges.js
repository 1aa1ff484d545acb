// What ticks: the market clock, the time left in the session, the age of the newest bar, "x ago".
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const received = new WeakMap();
  const words = (seconds) => {
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds >= 86400) return `${Math.floor(seconds / 86400)} d`;
    const minutes = Math.floor((seconds % 3600) / 60);
    return `${Math.floor(seconds / 3600)} h${minutes ? ` ${minutes} min` : ""}`;
  };
  const clockOf = new Intl.DateTimeFormat("en-GB", {
    timeZone: document.body.dataset.timezone || "UTC",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
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

  // What can't be known any more stands still.
  const isBlind = () => ["lost", "logged-out"].includes(document.documentElement.dataset.standing);

  function tick() {
    if (!isBlind()) tickKnown();
    const now = Date.now();
    for (const slot of document.querySelectorAll("time[data-ago]")) {
      const seconds = Math.max(0, Math.floor((now - Date.parse(slot.dateTime)) / 1000));
      slot.textContent = `${words(seconds)} ago`;
    }
  }

  function tickKnown() {
    tickMarket(find('[data-gauge="market"]'));
    const now = Date.now();
    for (const slot of document.querySelectorAll("[data-bar-age]")) {
      slot.textContent = words(Math.max(0, Math.floor(now / 1000 - Number(slot.dataset.barTs))));
    }
  }
  // A bar has closed: the clock of its source stands there now, and its newest bar is new.
  addEventListener("ror:clock", ({ detail: { source, now_ts: now } }) => {
    const market = find('[data-gauge="market"]');
    if (market?.dataset.source !== source) return;
    if (Number(market.dataset.speed) !== 1) {
      market.dataset.now = now;
      received.set(market, performance.now());
    }
    for (const slot of document.querySelectorAll("[data-bar-age]")) slot.dataset.barTs = Math.floor(Date.now() / 1000);
    const feed = find('[data-gauge="feed"]');
    if (feed && feed.dataset.state !== "fresh") window.dispatchEvent(new CustomEvent("ror:status"));
    tick();
  });
  setInterval(tick, 1000);
  tick();
})();
