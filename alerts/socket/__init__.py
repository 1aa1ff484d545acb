"""The live feed to browsers. Imports `accounts` only."""
