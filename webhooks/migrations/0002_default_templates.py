from django.db import migrations

CATEGORY = "Generic order"
MARKET = '{\n  "symbol": "{{symbol}}",\n  "action": "%s",\n  "quantity": {{quantity}}\n}'
LIMIT = (
    '{\n  "symbol": "{{symbol}}",\n  "action": "%s",\n  "quantity": {{quantity}},\n'
    '  "limit_price": {{order_price}}\n}'
)
CLOSE = '{\n  "symbol": "{{symbol}}",\n  "action": "close"\n}'
DEFAULTS = [
    ("tpl_default_ttp_market_buy", "Market buy", MARKET % "buy"),
    ("tpl_default_ttp_market_sell", "Market sell", MARKET % "sell"),
    ("tpl_default_ttp_market_close", "Market close", CLOSE),
    ("tpl_default_ttp_limit_buy", "Limit buy", LIMIT % "buy"),
    ("tpl_default_ttp_limit_sell", "Limit sell", LIMIT % "sell"),
    ("tpl_default_ttp_limit_close", "Limit close", CLOSE),
]


def create(apps, schema_editor):
    template = apps.get_model("webhooks", "Template")
    for identifier, name, text in DEFAULTS:
        template.objects.update_or_create(
            id=identifier,
            defaults={
                "name": name,
                "category": CATEGORY,
                "is_default": True,
                "payload_template": text,
            },
        )


def remove(apps, schema_editor):
    template = apps.get_model("webhooks", "Template")
    template.objects.filter(id__in=[row[0] for row in DEFAULTS]).delete()


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_endpoints_templates_deliveries")]

    operations = [migrations.RunPython(create, remove)]
