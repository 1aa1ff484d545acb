"""A user's packs: the library, their parameters, forms, names and how pages show them."""
