"""A strategy compiled: `compiled` is what it reads, `program` advances it over bars.

`binding` makes rows of its rules and finds its triggers and states in a frame, `advance` is what
was found on the bars of one advance, `squads` walks many positions at once.
"""
