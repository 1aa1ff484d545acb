"""How figures, fills, exits and sources read, once for every page, message and document."""
