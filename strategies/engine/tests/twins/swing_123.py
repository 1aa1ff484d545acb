"""Swing 1-2-3, written from its definition."""

from strategies.engine.tests.twins.words import word


def twin(bars, parameters):
    high, low, close = bars.high.tolist(), bars.low.tolist(), bars.close.tolist()

    def bull(t):
        return t > 0 and low[t] < low[t - 1] and close[t] > close[t - 1]

    def bear(t):
        return t > 0 and high[t] > high[t - 1] and close[t] < close[t - 1]

    states, bits = [], []
    for t in range(bars.n):
        fires = {
            "BULL_C2": bull(t),
            "BULL_C3": bull(t - 1) and close[t] > high[t - 1],
            "BEAR_C2": bear(t),
            "BEAR_C3": bear(t - 1) and close[t] < low[t - 1],
        }
        first = ("BULL_C3", "BEAR_C3", "BULL_C2", "BEAR_C2")
        name = next((name for name in first if fires[name]), "NEUTRAL")
        states.append(name if t else None)
        bits.append(word(*fires.values()))
    return [], states, bits
