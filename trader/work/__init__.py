"""Work in the background that survives its workers: leases, and what holds for every kind of it."""
