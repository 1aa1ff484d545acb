"""What twins that read the Wilder average true range share, written from its definition."""


def wilder_atr(bars, n):
    high, low, close = bars.high.tolist(), bars.low.tolist(), bars.close.tolist()
    a, out = 1.0 / n, []
    for t in range(bars.n):
        if t == 0:
            out.append(high[0] - low[0])
            continue
        gaps = (abs(high[t] - close[t - 1]), abs(low[t] - close[t - 1]))
        out.append(a * max(high[t] - low[t], *gaps) + (1.0 - a) * out[-1])
    return out
