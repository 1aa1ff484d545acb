"""SuperTrend, written from its definition."""

from strategies.engine.tests.twins.ranges import wilder_atr
from strategies.engine.tests.twins.words import NAN, word


def lines(bars, atr, k):
    """Up, down and trend of every bar."""
    close = bars.close.tolist()
    ups, dns, trends = [], [], []
    for t, (high, low) in enumerate(zip(bars.high.tolist(), bars.low.tolist(), strict=True)):
        m = (high + low) / 2.0
        up, dn, trend = m - k * atr[t], m + k * atr[t], 1
        if t > 0:
            up = max(up, ups[-1]) if close[t - 1] > ups[-1] else up
            dn = min(dn, dns[-1]) if close[t - 1] < dns[-1] else dn
            trend = trends[-1]
            if trends[-1] == -1 and close[t] > dns[-1]:
                trend = 1
            if trends[-1] == 1 and close[t] < ups[-1]:
                trend = -1
        ups.append(up)
        dns.append(dn)
        trends.append(trend)
    return ups, dns, trends


def twin(bars, parameters):
    n, k = int(parameters[0]), parameters[1]
    atr = wilder_atr(bars, n)
    ups, dns, trends = lines(bars, atr, k)
    columns, states, bits = [[], [], [], []], [], []
    for t, close in enumerate(bars.close.tolist()):
        line = ups[t] if trends[t] == 1 else dns[t]
        near = abs(close - line) <= 0.5 * atr[t]
        side, known = ("BULL" if trends[t] == 1 else "BEAR"), t >= n - 1
        states.append(f"{side}_{'NEAR_STOP' if near else 'TRENDING'}" if known else None)
        columns[0].append(line if known and side == "BULL" else NAN)
        columns[1].append(line if known and side == "BEAR" else NAN)
        columns[2].append(ups[t] if known else NAN)
        columns[3].append(dns[t] if known else NAN)
        before, now = (states[t - 1] if t else None) or "", states[t] or ""
        flips = [before[:4] == a and now[:4] == b for a, b in (("BEAR", "BULL"), ("BULL", "BEAR"))]
        nears = [(before, now) == (f"{s}_TRENDING", f"{s}_NEAR_STOP") for s in ("BULL", "BEAR")]
        bits.append(word(*flips, *nears))
    return columns, states, bits
