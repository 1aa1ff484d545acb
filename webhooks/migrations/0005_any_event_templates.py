from django.db import migrations

CATEGORY = "Any event"
ENTRIES, EXITS = ["entry_long", "entry_short"], ["exit_long", "exit_short"]
ORDERS = [*ENTRIES, *EXITS]
HEAD = (
    '{\n  "symbol": "{{symbol}}",\n  "action": %s,\n  "position": "{{market_position}}",\n'
    '  "quantity": {{quantity}},\n  "price": {{order_price}},\n'
)
BRACKET = '  "stop_price": {{stop_price}},\n  "target_price": {{target_price}},\n'
TAIL = (
    '  "time": "{{timestamp}}",\n  "message_id": "{{message_id}}",\n  "sequence": {{sequence}},\n'
    '  "is_test": {{is_test}}\n}'
)
ANY = (HEAD % '"{{order_action}}"') + TAIL
# A stop and a target belong to what is opened.
WITH_BRACKET = dict.fromkeys(ENTRIES, (HEAD % '"{{order_action}}"') + BRACKET + TAIL)
OWN_WORDS = {event: (HEAD % f'"{event}"') + TAIL for event in ORDERS}
# Name, body, bodies of single events.
DEFAULTS = [
    ("tpl_default_any_event", "Order", ANY, {}),
    ("tpl_default_any_event_bracket", "Order with stop and target", ANY, WITH_BRACKET),
    ("tpl_default_event_words", "Order, a body per event", "", OWN_WORDS),
]
# What the fixed action of each of the older defaults says.
MEANT_FOR = {
    "tpl_default_ttp_market_buy": ["entry_long"],
    "tpl_default_ttp_market_sell": ["entry_short"],
    "tpl_default_ttp_market_close": EXITS,
    "tpl_default_ttp_limit_buy": ["entry_long"],
    "tpl_default_ttp_limit_sell": ["entry_short"],
    "tpl_default_ttp_limit_close": EXITS,
}


def create(apps, schema_editor):
    template = apps.get_model("webhooks", "Template")
    for identifier, name, text, bodies in DEFAULTS:
        template.objects.update_or_create(
            id=identifier,
            defaults={
                "name": name,
                "category": CATEGORY,
                "is_default": True,
                "payload_template": text,
                "event_bodies": bodies,
                "events": ORDERS,
            },
        )
    for identifier, events in MEANT_FOR.items():
        template.objects.filter(id=identifier).update(events=events)


def remove(apps, schema_editor):
    """Endpoints keep what they send: the text moves into them before its template goes."""
    template = apps.get_model("webhooks", "Template")
    endpoint = apps.get_model("webhooks", "Endpoint")
    for identifier, _, text, bodies in DEFAULTS:
        for row in endpoint.objects.filter(template_id=identifier):
            if not row.payload_template:
                row.payload_template, row.event_bodies = text, {**bodies, **row.event_bodies}
            row.template = None
            row.save(update_fields=["payload_template", "event_bodies", "template"])
    template.objects.filter(id__in=[row[0] for row in DEFAULTS]).delete()
    template.objects.filter(id__in=MEANT_FOR).update(events=[])


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0004_bodies_per_event")]

    operations = [migrations.RunPython(create, remove)]
