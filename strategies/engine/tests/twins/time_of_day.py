"""Time Of Day, written from its definition."""


def twin(bars, parameters):
    start = int(parameters[0]) * 60 + int(parameters[1])
    end = int(parameters[2]) * 60 + int(parameters[3])
    inside = set(range(start, end)) if start <= end else {*range(start, 1440), *range(end)}
    names = ["IN_WINDOW" if m in inside else "OUT_OF_WINDOW" for m in bars.minute.tolist()]
    return [], names, [0] * bars.n
