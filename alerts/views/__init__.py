"""Pages of alerts, of the monitor and of replays."""
