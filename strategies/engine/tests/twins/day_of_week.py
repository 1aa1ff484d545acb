"""Day Of Week, written from its definition."""


def twin(bars, parameters):
    allowed = {day for day, chosen in enumerate(parameters) if chosen}
    names = ["ALLOWED_DAY" if d in allowed else "BLOCKED_DAY" for d in bars.weekday.tolist()]
    return [], names, [0] * bars.n
