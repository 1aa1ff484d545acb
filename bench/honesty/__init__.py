"""Proofs, by simulation, that the evidence shown is honest: `python -m bench.honesty`.

Every figure follows from its seed. `searches` tries whole searches by luck and the strict bound,
`cards` the tabs of the builder and looks at sealed dates, `popular` tests that are not shown.
"""
