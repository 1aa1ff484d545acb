"""A strategy compiled: `compiled` is what it reads, `program` moves nodes and position over bars.

`binding` makes rows of its rules and finds its triggers and states in a frame, `advance` is what
was found on the bars of one advance, `squads` moves many strategies at once.
"""
