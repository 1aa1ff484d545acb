// Older bars of a price chart: fetched part by part and put before those that are there.
(() => {
  const charts = (window.RorCharts ??= {});

  // Changes `data` in place and calls `changed` after it.
  charts.OlderBars = class {
    constructor(el, url, data, changed) {
      Object.assign(this, { el, url, data, changed, loading: null });
    }

    // One fetch at a time; who asks meanwhile waits for the same bars.
    load(parts = 2) {
      if (!this.url || !this.data.has_more) return undefined;
      this.loading ??= this.fetch(parts).finally(() => { this.loading = null; });
      return this.loading;
    }

    async fetch(parts) {
      const note = charts.element("div", "chart-note", this.el);
      note.textContent = "Loading older bars";
      try {
        const address = new URL(this.url, location.href);
        address.searchParams.set("before", this.data.bars[0][0]);
        address.searchParams.set("parts", parts);
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        this.prepend(await answer.json());
        note.remove();
      } catch {
        this.data.has_more = false;
        note.textContent = "Older bars could not be loaded. Reload the page to try again.";
      }
    }

    prepend(older) {
      const { data } = this;
      const count = older.bars.length;
      data.has_more = Boolean(older.has_more) && count > 0;
      if (!count) return;
      data.bars = [...older.bars, ...data.bars];
      for (const overlay of data.overlays) {
        const twin = older.overlays?.find((other) => other.name === overlay.name);
        overlay.values = [...(twin?.values ?? new Array(count).fill(null)), ...(overlay.values ?? [])];
      }
      if (data.codes) data.codes = [...(older.codes ?? new Array(count).fill(-1)), ...data.codes];
      data.markers = merged(older.markers, data.markers, (mark) => `${mark.ts} ${mark.kind}`);
      data.trades = merged(older.trades, data.trades, (trade) => `${trade.entry_ts} ${trade.entry}`);
      this.changed();
    }
  };

  function merged(older = [], newer = [], key = String) {
    const known = new Set(newer.map(key));
    return [...older.filter((item) => !known.has(key(item))), ...newer];
  }
})();
