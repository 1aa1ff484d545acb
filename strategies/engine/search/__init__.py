"""The search kernel: many variants of a strategy, each as exact as a backtest of its own.

With fixed entry, exits, stop and target the outcome of a trade depends on its entry bar alone. It
is resolved once per candidate bar; a set of conditions is then the AND of bit masks over candidates
and a walk that drops those not later than the exit before.

`variants` says what may vary, `run` tries it all. Below them: `market` and `candidates` (what every
variant reads), `outcomes` (what comes of an entry), `masks`, `combinations` and `conditions` (sets
of conditions), `grid` (stops x targets), `figures` and `ranking` (what is kept).
"""
