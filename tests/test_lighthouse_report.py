"""What `make bench` makes of Lighthouse's figures."""

import pytest

from bench import lighthouse, report

GOOD = {
    "performance": 97, "accessibility": 100, "best_practices": 100, "tbt_ms": 42.0,
    "lcp_ms": 2405.0, "fcp_ms": 1505.0, "cls": 0.0, "causes": ["unused-css-rules: 71 KiB"],
}  # fmt: skip
MACHINE = {"cpus": 2, "processor": "some", "python": "3.11", "load_before": 0.1}


def part(**page) -> str:
    section = {"runs": 3, "pages": {"dashboard": {**GOOD, **page}}, "at": "now", "machine": MACHINE}
    return report.lighthouse_part(section)


def test_a_page_that_reaches_the_goal_has_its_row_and_no_causes() -> None:
    assert "| dashboard | 97 | 100 | 100 | 42 | 2405 | 1505 | 0.0 | reached |" in part()
    assert "unused-css-rules" not in part()


@pytest.mark.parametrize(
    "low", [{"performance": 94}, {"accessibility": 94}, {"best_practices": 94}, {"tbt_ms": 200.0}]
)
def test_a_page_below_the_goal_has_its_causes(low) -> None:
    assert "| not reached |" in part(**low)
    assert "- dashboard: unused-css-rules: 71 KiB" in part(**low)


def test_what_is_missing_is_named(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(lighthouse, "COMMAND", tmp_path / "nothing.js")
    with pytest.raises(lighthouse.NotInstalledError, match="Lighthouse is not installed"):
        lighthouse.run()
