"""Work in the background that survives its workers: leases, and what holds for every kind of it.

A new kind of work is one model on `LeasedWork`, one `Life` that says what is its own, and one
function that computes a row; docs/extending.md shows them. The task of the room is
`life.do(pk, compute)`, and its sweep calls `life.sweep()`. `make_queued_<kind>(owner)` in the
room's `testing.py` puts the kind under the tests in `trader/tests/work`, which hold for every kind.
"""
