"""Figures of lists of trades.

`metrics` are the key figures, `metrics_extended` the rest, formed from trades (`metrics_trades`)
and from trading dates (`metrics_daily`), each a `figure`; `metrics_band` says how much hangs on
ambiguous bars. `analytics` joins `rolling`, `distribution`, `markov`, `edge` and `insights`;
`monthly` is a table by month; `coverage` tells which dates the bars behind it all cover.
"""
