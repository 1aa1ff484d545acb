"""The walk: one position over the outputs of nodes, flat or held.

`positions` has the rows it reads and writes and the codes in them; `triggers`, `protection`,
`exits` and `kernel` are its kernels, from small to large; `trades` turns rows into trades with
their costs; `hifi` decides by finer bars what one bar left open.
"""
