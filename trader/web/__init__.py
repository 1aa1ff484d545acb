"""The web process: daphne for sockets, a fixed pool of threads for Django's HTTP."""
