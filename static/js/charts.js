// What all charts share: colours of the theme, times in the reader's zone, redrawing. Each kind of
// chart (RorCharts.price, .equity, .edge, .rolling, .distribution, …) has a file beside this one.
(() => {
  const charts = (window.RorCharts ??= {});
  const names = {
    ink: "--ink", soft: "--ink-soft", faint: "--ink-faint", line: "--line", strong: "--line-strong",
    surface: "--surface", raised: "--raised", accent: "--accent", gain: "--gain", loss: "--loss",
    gainSoft: "--gain-soft", lossSoft: "--loss-soft",
    backtest: "--segment-backtest", forward: "--segment-forward", live: "--segment-live",
  };
  const segments = ["backtest", "forward", "live"];
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);

  // Canvas needs plain colours, so a custom property is resolved through an element.
  function resolve(name) {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  }
  let known = null;
  charts.colours = () => {
    known ??= Object.fromEntries(Object.entries(names).map(([key, name]) => [key, resolve(name)]));
    return known;
  };
  charts.fade = (colour, alpha) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    return `rgba(${parts[0]}, ${parts[1]}, ${parts[2]}, ${alpha})`;
  };
  charts.segments = segments;
  charts.segmentWords = { backtest: "Backtest", forward: "Forward", live: "Live" };

  // Room above and below lines; `soft` draws a level in when it is not far.
  charts.padded = (soft) => ({ min: { pad: 0.08, ...soft }, max: { pad: 0.1, ...soft } });

  // Everything on a page that must be told of a new theme; entries go when their element does.
  const drawn = new Set();
  charts.register = (el, restyle, destroy) => {
    const entry = { el, restyle, destroy };
    drawn.add(entry);
    return entry;
  };
  charts.release = (el) => {
    for (const entry of drawn) {
      if (entry.el !== el && entry.el.isConnected) continue;
      entry.destroy?.();
      drawn.delete(entry);
    }
  };
  addEventListener("ror:theme", () => {
    known = null;
    requestAnimationFrame(() => { for (const entry of drawn) entry.restyle(); });
  });
  document.addEventListener("htmx:afterSwap", () => charts.release(null));

  // Zones. Offsets are looked up once per UTC day unless the clocks change within it.
  charts.zone = () => document.body.dataset.timezone || "UTC";
  const formats = new Map();
  function offsetAt(ts, zone) {
    if (!formats.has(zone)) {
      formats.set(zone, new Intl.DateTimeFormat("en-US", {
        timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
        hour: "numeric", minute: "numeric", second: "numeric",
      }));
    }
    const part = Object.fromEntries(formats.get(zone).formatToParts(ts * 1000).map((p) => [p.type, Number(p.value)]));
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) / 1000 - ts;
  }
  const days = new Map();
  charts.offset = (ts, zone = charts.zone()) => {
    const day = Math.floor(ts / 86400);
    const key = `${zone} ${day}`;
    if (!days.has(key)) {
      const first = offsetAt(day * 86400, zone);
      days.set(key, first === offsetAt((day + 1) * 86400 - 1, zone) ? first : null);
    }
    return days.get(key) ?? offsetAt(ts, zone);
  };

  // Figures
  const minus = (text) => text.replace("-", "−");
  charts.signed = (value, decimals = 2) => minus(`${value > 0 ? "+" : ""}${value.toFixed(decimals)}`);
  charts.plain = (value, decimals = 2) => minus(value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  charts.short = (value) => Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 }).format(value);
  charts.element = (tag, className, parent) => {
    const element = document.createElement(tag);
    element.className = className;
    parent?.append(element);
    return element;
  };
})();
