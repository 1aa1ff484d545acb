"""Trust checks: whether a result can be believed. Pure: bars and trades in, plain numbers out.

`lookahead`, `warm_up`, `significance` and `monte_carlo` are the checks, `history` is what they
take, `outcomes` what each says and `document` what they say together. Axis 0 is time unless a
docstring says that rows are random draws. Every draw comes from ``Generator(PCG64(seed))``: the
same seed gives the same numbers.
"""
