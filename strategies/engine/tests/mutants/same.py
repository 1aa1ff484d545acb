"""Changes that change nothing: (module, kernel, before, after) and why no test can notice."""

_SIDE = "a side is +1 or -1"
_FIRST = "an open at the target has left already"
_STOP = "a proposal equal to the stop leaves it as it is"

_SUM = "a change of zero adds nothing to either sum"
_MIDDLE = "a close on the mean is in the middle zone already"

_WINDOW = "no window ends where it starts"
_NO_EXITS = "without exits there is none to look at"
_NO_BAR = "beyond the last bar there is no price"

_ON_TOP = "a close on a top is in its channel"
_NO_CHANNELS = "before the first bar there is no channel that it could break"
_UNSEEN = "the close before is not read until a bar was seen"

_TREND = "a trend is +1 or -1"

_CLOSE = "no session closes at midnight"
_VOLUME = "compiled, it divides by zero and every test with such a bar fails; plain Python says NaN"

SAME = {
    ("indicators.trading_session", "step_nb", "regular_close < 0", "regular_close <= 0"): _CLOSE,
    ("indicators.vwap", "lines_nb", "total > 0.0", "total >= 0.0"): _VOLUME,
    ("indicators.supertrend", "step_nb", "trend < 0.0", "trend <= 0.0"): _TREND,
    ("indicators.supertrend", "step_nb", "trend > 0.0", "trend >= 0.0"): _TREND,
    ("indicators.supertrend", "code_nb", "trend > 0.0", "trend >= 0.0"): _TREND,
    ("indicators.rsi_zones", "step_nb", "change > 0.0", "change >= 0.0"): _SUM,
    ("indicators.rsi_zones", "step_nb", "change < 0.0", "change <= 0.0"): _SUM,
    ("indicators.bollinger_squeeze", "code_nb", "close > basis", "close >= basis"): _MIDDLE,
    ("indicators.sr_channels", "code_nb", "tops[i] < close", "tops[i] <= close"): _ON_TOP,
    ("indicators.sr_channels", "code_nb", "bottoms[i] > close", "bottoms[i] >= close"): _ON_TOP,
    ("indicators.sr_channels", "run_nb", "memory[SEEN] > 0.0", "memory[SEEN] >= 0.0"): _NO_CHANNELS,
    ("indicators.sr_channels", "run_nb", "n_bars > 0", "n_bars >= 0"): _UNSEEN,
    ("walk.exits", "level_exit_nb", "side < 0.0", "side <= 0.0"): _SIDE,
    ("walk.exits", "limit_exit_nb", "side > 0.0", "side >= 0.0"): _SIDE,
    ("walk.triggers", "level_fill_nb", "trigger.cross > 0.0", "trigger.cross >= 0.0"): _SIDE,
    ("walk.exits", "level_exit_nb", "first < goal", "first <= goal"): _FIRST,
    (
        "walk.exits",
        "is_clock_due_nb",
        "rules.time_start < rules.time_end",
        "rules.time_start <= rules.time_end",
    ): _WINDOW,
    (
        "walk.exits",
        "is_time_due_nb",
        "rules.time_start > rules.time_end",
        "rules.time_start >= rules.time_end",
    ): _WINDOW,
    ("walk.kernel", "leave_nb", "rules.n_exits > 0", "rules.n_exits >= 0"): _NO_EXITS,
    ("walk.kernel", "walk_nb", "t < n", "t <= n"): _NO_BAR,
    (
        "walk.protection",
        "moved_stop_nb",
        "side * proposed > side * stop",
        "side * proposed >= side * stop",
    ): _STOP,
}
