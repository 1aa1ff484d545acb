"""The parts of the strategy record, one module each; they are found, not listed."""
