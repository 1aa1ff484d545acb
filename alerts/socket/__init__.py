"""The sockets to browsers. Imports `accounts` only."""
