"""Trading Session, written from its definition."""


def twin(bars, parameters):
    states = []
    for minute, close in zip(bars.minute.tolist(), bars.regular_close_minute.tolist(), strict=True):
        windows = ((240, 570), (570, close), (close, 1200), (240, 1200))
        low, high = windows[int(parameters[0])]
        states.append("IN_SESSION" if close > 0 and low <= minute < high else "OUT_OF_SESSION")
    return [], states, [0] * bars.n
