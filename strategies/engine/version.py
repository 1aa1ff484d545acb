"""The version that results and stored states carry; raise it when any number may change."""

ENGINE_VERSION = "1.0.1"
