from django.db import migrations

COLUMNS = (
    "name", "symbol", "direction", "timeframe", "data_source", "strategy_origin",
    "trading_session", "notes",
)  # fmt: skip
BATCH = 500


def write(apps, schema_editor):
    """What each strategy is today, as the earliest version that is kept of it."""
    Strategy = apps.get_model("strategies", "Strategy")
    StrategyVersion = apps.get_model("strategies", "StrategyVersion")
    rows = []
    for strategy in Strategy.objects.prefetch_related("pack_uses").iterator(BATCH):
        rows.append(_version_of(StrategyVersion, strategy, _packs_of(apps, strategy)))
        if len(rows) == BATCH:
            StrategyVersion.objects.bulk_create(rows)
            rows = []
    StrategyVersion.objects.bulk_create(rows)


def _version_of(model, strategy, packs):
    is_first = strategy.version == 1
    return model(
        user_id=strategy.user_id,
        author_id=strategy.user_id,
        strategy_id=strategy.pk,
        number=strategy.version,
        kind="new" if is_first else "earliest",
        record={**strategy.config, **{name: getattr(strategy, name) for name in COLUMNS}},
        packs=packs,
        changed=[],
        fingerprint=strategy.fingerprint,
        # A forward test begins with whatever decided the trades last.
        market_ts=int(strategy.forward_test_start.timestamp()),
        created_at=strategy.created_at if is_first else strategy.updated_at,
    )


def _packs_of(apps, strategy):
    Pack = apps.get_model("strategies", "Pack")
    ids = [use.pack_id for use in strategy.pack_uses.all()]
    found = Pack.objects.filter(user_id=strategy.user_id, pack_id__in=ids).order_by("pack_id")
    return [
        {
            "id": pack.pack_id,
            "base_template": pack.base_template,
            "version": pack.version,
            "enabled": pack.enabled,
            "parameters": pack.parameters,
        }
        for pack in found
    ]


def remove(apps, schema_editor):
    """The tables go with the migration before this one; what it wrote goes here."""
    apps.get_model("strategies", "StrategyVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("strategies", "0009_strategy_versions"),
    ]

    operations = [migrations.RunPython(write, remove)]
