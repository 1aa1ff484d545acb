"""The defaults whose exit is spelt so that it can only close say so."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CLOSING = (
    "tpl_default_any_event",
    "tpl_default_any_event_bracket",
    "tpl_default_event_words",
    "tpl_default_ttp_market_close",
    "tpl_default_ttp_limit_close",
)


def say_so(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("webhooks", "Template").objects.filter(pk__in=CLOSING).update(
        exit_cannot_open=True
    )


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0007_open_orders_into_lanes")]

    operations = [migrations.RunPython(say_so, migrations.RunPython.noop)]
