"""What may be called evidence: how far luck alone reaches, and how sure a difference is.

`luck` accumulates beside a search what chance does to the best of all it tries; `deflated` is the
strict bound over everything a user ever tried; `planning` says before a search what it can prove;
`intervals` belong to a change of a strategy, `reveals` to dates nobody has seen.
Axis 0 is time: one value of net R per exchange date, 0 without a trade.
"""
