"""The packs: one module per template, with parameters, states, triggers, outputs and kernel.

`catalogue` finds them all. `risk` and `time_exits` hold the ways to place stops and targets and to
leave by the clock, with the packs made of them; `atr` and `swing` are the nodes that stops and
targets read. What packs are built of: `building_blocks`, `history`, `true_range`,
`deviation_bands`, `pivot_channels`, `event_calendar`.
"""
