"""One module per template: parameters, states, triggers, outputs and kernel side by side."""
