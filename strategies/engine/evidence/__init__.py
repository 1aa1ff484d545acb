"""How sure one may be of a figure: quantiles and intervals in closed form, no random numbers."""
