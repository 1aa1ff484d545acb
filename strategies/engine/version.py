"""The version that results and snapshots carry; raise it when any number may change."""

ENGINE_VERSION = "3.0.0"
