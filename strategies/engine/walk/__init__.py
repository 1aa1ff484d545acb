"""The walk: positions over the outputs of nodes."""
