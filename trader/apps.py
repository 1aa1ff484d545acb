from django.apps import AppConfig


class TraderConfig(AppConfig):
    name = "trader"

    def ready(self) -> None:
        # Only here are all rooms loaded.
        from trader import composition

        composition.connect()
