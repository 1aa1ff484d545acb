"""What waits when the sequence comes stands in it as well."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def put_in_lanes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    deliveries = apps.get_model("webhooks", "Delivery").objects
    lanes = apps.get_model("webhooks", "Lane").objects
    waiting = deliveries.filter(state__in=("pending", "sending"), profile="order", is_test=False)
    places = waiting.exclude(subject="").order_by().values_list("endpoint_id", "subject")
    for endpoint_id, subject in places.distinct():
        lane, _ = lanes.get_or_create(endpoint_id=endpoint_id, subject=subject)
        waiting.filter(endpoint_id=endpoint_id, subject=subject).update(lane=lane)


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0006_orders_in_sequence")]

    operations = [migrations.RunPython(put_in_lanes, migrations.RunPython.noop)]
