"""The development receiver: bots to try endpoints on."""
