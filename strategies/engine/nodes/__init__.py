"""Nodes: one computation per template and parameters, read by all strategies that want it.

`node` steps them over bars, `groups` keeps those that strategies share, with what they remember,
`frames` puts their outputs and those of other timeframes side by side, `storage` is the form of
snapshots.
"""
