"""Nodes: outputs per bar, shared by all strategies that read them."""
