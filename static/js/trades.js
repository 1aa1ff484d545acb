// The table of trades: a trade that was jumped to comes into sight, on the chart too where there is
// one, and the address of a page around the table keeps how it is ordered and narrowed.
(() => {
  const table = () => document.getElementById("trades");

  function reveal() {
    const row = table()?.querySelector("tr.is-marked");
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.querySelector("a").focus({ preventScroll: true });
    document.querySelector("[data-price-chart]")?.rorChart?.find(Number(row.dataset.at));
  }

  // A builder or a backtest holds the table as one word of its address, in a field of its own.
  function keep() {
    const field = document.getElementById("trades-query");
    if (!field || field.value === table().dataset.trades) return;
    field.value = table().dataset.trades;
    const address = new URL(location);
    if (field.value) address.searchParams.set("trades", field.value);
    else address.searchParams.delete("trades");
    history.replaceState(history.state, "", address);
  }

  document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
    const isTable = target.id === "trades" || detail.target?.id === "trades" || target.querySelector?.("#trades");
    if (!isTable || !table()) return;
    keep();
    reveal();
  });
  reveal();
})();
