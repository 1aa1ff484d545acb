from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        # Models can't be imported before the registry is full.
        from alerts import composition

        composition.join_rooms_below()
