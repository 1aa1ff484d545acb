"""ATR of stops and targets, written from its definition."""

from strategies.engine.tests.twins.words import ema, from_bar


def twin(bars, parameters):
    spans = []
    for t, (high, low) in enumerate(zip(bars.high.tolist(), bars.low.tolist(), strict=True)):
        before = float(bars.close[t - 1]) if t else None
        moves = [] if before is None else [abs(high - before), abs(low - before)]
        spans.append(max([high - low, *moves]))
    return [from_bar(ema(spans, 14), 14)], [], []
