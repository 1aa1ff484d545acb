// Prices as people read them; says the same as `market/prices.py`.
(() => {
  const LEAST = 2;
  const SIGNIFICANT = 4;
  const MOST = 20;
  const NOISE = 1e-9;

  const written = (value, digits) => value.toLocaleString("en-US", {
    minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven",
  });

  // The instrument's decimals, and more where these show less than four significant digits.
  window.rorDecimals = (value, decimals) => {
    const known = decimals ?? LEAST;
    if (!value || !Number.isFinite(value)) return known;
    // Not by a logarithm: that of 1000 may come out below three.
    const firstDigit = Number(value.toExponential().split("e")[1]);
    return Math.min(MOST, Math.max(known, SIGNIFICANT - 1 - firstDigit));
  };

  // Decimals with which the prices of one trade are written, so that different ones look so.
  window.rorDecimalsApart = (values, decimals) => {
    const known = values.filter(Number.isFinite).sort((one, other) => one - other);
    let digits = Math.max(decimals ?? LEAST, ...known.map((value) => rorDecimals(value, decimals)));
    known.slice(1).forEach((high, index) => {
      const low = known[index];
      if (high - low <= NOISE * Math.max(Math.abs(low), Math.abs(high))) return;
      while (digits < MOST && written(low, digits) === written(high, digits)) digits += 1;
    });
    return digits;
  };

  window.rorPrice = (value, decimals) => {
    const text = written(value, rorDecimals(value, decimals));
    return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
  };
})();
