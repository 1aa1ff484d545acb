// A price chart of a source that goes on (data-source) takes in each bar that closes, and the lines and
// trades of its strategy's result (data-strategy) once they have been computed. Nothing is polled: the
// clock of the source and the end of a run say when there is something.
(() => {
  const charts = (window.RorCharts ??= {});
  const PAUSE_MS = 1000;
  const MINUTE = 60;
  const following = new WeakMap();

  const all = () => [...document.querySelectorAll("[data-price-chart][data-source]")].filter((el) => el.rorChart && !el.closest(".earlier"));
  const stateOf = (el) => following.get(el) ?? following.set(el, { timer: 0, isBusy: false, from: null }).get(el);

  // A bar that is not over yet can't be new.
  function mayHaveClosed({ bars }, now) {
    const step = bars.length > 1 ? bars.at(-1)[0] - bars.at(-2)[0] : MINUTE;
    return now >= bars.at(-1)[0] + Math.min(step, 86400) + MINUTE;
  }

  // `from`: the first bar that may be another by now; the newest one when only bars have come.
  function soon(el, from) {
    const state = stateOf(el);
    state.from = Math.min(state.from ?? Infinity, from);
    if (!document.hidden) state.timer ||= setTimeout(() => follow(el, state), PAUSE_MS);
  }

  async function follow(el, state) {
    state.timer = 0;
    if (!el.isConnected || state.isBusy || state.from === null) return;
    const from = state.from;
    Object.assign(state, { isBusy: true, from: null });
    const address = new URL(el.dataset.priceChart, location.href);
    address.searchParams.set("after", from);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    state.isBusy = false;
    if (!answer?.ok) {
      // Asked again with the next bar, or when there is a connection.
      state.from = Math.min(state.from ?? Infinity, from);
      return;
    }
    take(el, await answer.json());
    if (state.from !== null) soon(el, state.from);
  }

  function take(el, fresh) {
    const { data } = el.rorChart;
    // Another backtest, or corrected bars: nothing of the old chart holds.
    if (fresh.edition !== data.edition) return charts.reload(el);
    data.computed_ts = fresh.computed_ts;
    if (fresh.bars.length) el.rorChart.replace(joined(data, fresh));
    remark(el, fresh);
  }

  // What is there before the first fresh bar, and what has come.
  function joined(data, fresh) {
    const from = fresh.bars[0][0];
    const n = data.bars.findIndex((bar) => bar[0] >= from);
    const cut = n < 0 ? data.bars.length : n;
    for (const overlay of data.overlays) {
      const twin = fresh.overlays.find((other) => other.name === overlay.name && other.pack === overlay.pack);
      overlay.values = [...(overlay.values ?? []).slice(0, cut), ...(twin?.values ?? fresh.bars.map(() => null))];
    }
    const isPast = (trade) => trade.exit_ts !== null && trade.exit_ts < from;
    // Bars without a computed result say nothing of trades: an open one stays.
    const isSilent = from > fresh.computed_ts;
    return {
      bars: [...data.bars.slice(0, cut), ...fresh.bars],
      markers: [...data.markers.filter((mark) => mark.ts < from), ...fresh.markers],
      trades: isSilent ? data.trades : [...data.trades.filter(isPast), ...fresh.trades],
    };
  }

  function remark(el, { n_newer: n, computed_ts: ts }) {
    const part = el.parentElement.querySelector(".chart-remark");
    if (!part) return;
    part.hidden = false;
    part.textContent = n ? `The result reaches to the bar of ${rorInstant(ts)}; later bars are without indicators and trades.` : "";
  }

  const newest = ({ data }) => data.bars.at(-1)[0];
  // From where on the result may say more by now.
  const computed = ({ data }) => data.computed_ts ?? newest({ data });

  charts.catchUp = (el) => soon(el, newest(el.rorChart));

  addEventListener("ror:clock", ({ detail: { source, now_ts: now } }) => {
    for (const el of all()) if (el.dataset.source === source && mayHaveClosed(el.rorChart.data, now)) charts.catchUp(el);
  });
  addEventListener("ror:event", ({ detail: { type, data } }) => {
    if (type !== "run.finished") return;
    for (const el of all()) if (Number(el.dataset.strategy) === data.strategy) soon(el, computed(el.rorChart));
  });
  // What has come while nobody looked.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const el of all()) if (stateOf(el).from !== null) soon(el, stateOf(el).from);
  });
  addEventListener("ror:back", () => { for (const el of all()) soon(el, computed(el.rorChart)); });
})();
