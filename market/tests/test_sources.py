import pytest

from market.sources import (
    ALPACA,
    IMPORT,
    KINDS,
    REPLAY,
    kind_of,
    label_of,
    name_of,
    source_of,
)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("sample", "sample"),
        ("simulated", "simulated"),
        ("import:mine", "import"),
        ("replay:0a", "replay"),
        ("alpaca:iex", "alpaca"),
        ("sample:mine", ""),
        ("replay", ""),
        ("elsewhere", ""),
        ("elsewhere:mine", ""),
        ("", ""),
    ],
)
def test_a_kind_is_told_by_the_whole_form_of_the_name(source, kind):
    assert kind_of(source).kind == kind


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("sample", "Sample data"),
        ("simulated", "Simulated data"),
        ("import:mine", "Imported: mine"),
        ("replay:0a", "Replay"),
        ("alpaca:iex", "Alpaca IEX"),
        ("alpaca:", "Alpaca"),
        ("else:{name}", "else:{name}"),
    ],
)
def test_every_source_is_called_by_one_name(source, label):
    assert label_of(source) == label


@pytest.mark.parametrize("kind", [IMPORT, REPLAY, ALPACA])
def test_a_name_that_is_made_is_recognised(kind):
    source = source_of(kind, "own")
    assert source == f"{kind}:own"
    assert kind_of(source) is KINDS[kind]
    assert name_of(source) == "own"


def test_real_is_what_a_market_did_as_it_happened():
    assert {row.kind for row in KINDS.values() if not row.is_real} == {"simulated", "replay"}


def test_what_nobody_knows_is_nobodys():
    kind = kind_of("elsewhere")
    assert not kind.is_shared
    assert not kind.is_fed
    assert kind.is_real
