// Instants as people read them, in the reader's zone: "Dec 18, 15:50", of another year "Dec 18 2020,
// 15:50". Python has the same in `instants.py`; `instants.json` of its tests holds both to it.
(() => {
  const formats = new Map();

  function parts(ts, zone) {
    if (!formats.has(zone)) {
      formats.set(zone, new Intl.DateTimeFormat("en-US", {
        timeZone: zone, hourCycle: "h23", year: "numeric", month: "short", day: "2-digit",
        hour: "2-digit", minute: "2-digit", second: "2-digit",
      }));
    }
    return Object.fromEntries(formats.get(zone).formatToParts(ts * 1000).map((one) => [one.type, one.value]));
  }

  const ownZone = () => globalThis.document?.body.dataset.timezone || "UTC";
  const day = (at, now) => (at.year === now.year ? `${at.month} ${at.day}` : `${at.month} ${at.day} ${at.year}`);
  const thisYear = (zone, now) => parts(now ?? Date.now() / 1000, zone);

  globalThis.rorDay = (ts, zone = ownZone(), now = undefined) => day(parts(ts, zone), thisYear(zone, now));

  globalThis.rorInstant = (ts, { seconds = false, zone = ownZone(), now = undefined } = {}) => {
    const at = parts(ts, zone);
    const clock = [at.hour, at.minute, ...(seconds ? [at.second] : [])].join(":");
    return `${day(at, thisYear(zone, now))}, ${clock}`;
  };

  globalThis.rorZone = (zone = ownZone()) => {
    if (["America/New_York", "US/Eastern"].includes(zone)) return "ET";
    const named = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" }).formatToParts(new Date());
    return named.find((part) => part.type === "timeZoneName")?.value ?? zone;
  };
})();
