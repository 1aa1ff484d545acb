// Prices as people read them; says the same as `market/prices.py`.
window.rorPrice = (value, decimals) => {
  const digits = Math.max(decimals ?? 2, value !== 0 && Math.abs(value) < 1 ? 4 : 2);
  const text = value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
};
