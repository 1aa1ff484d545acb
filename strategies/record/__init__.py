"""The flat record of a strategy: its keys, defaults, reading and one spelling. Knows no Django."""
