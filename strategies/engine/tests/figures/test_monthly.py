"""The table of R by year and month of exit."""

from datetime import date

from strategies.engine.figures.monthly import monthly_table


def day(year, month, number=15):
    return date(year, month, number).toordinal()


def test_r_is_summed_by_month_and_year_of_exit():
    exits = [day(2023, 12, 29), day(2024, 1, 2), day(2024, 1, 31), day(2024, 3)]
    found = monthly_table([1.0, -1.0, 2.5, 0.5], exits)
    first, second = found["years"]
    assert (first["year"], first["r"], first["trades"]) == (2023, 1.0, 1)
    assert second["months"][0] == {"r": 1.5, "trades": 2}
    assert second["months"][2] == {"r": 0.5, "trades": 1}
    assert (second["r"], second["trades"]) == (2.0, 3)
    assert (found["r"], found["trades"]) == (3.0, 4)
    assert found["months"][11] == {"r": 1.0, "trades": 1}


def test_months_without_exits_are_zero_and_months_outside_the_window_are_none():
    found = monthly_table([1.0], [day(2024, 3)], [day(2024, 2), day(2024, 3), day(2024, 4)])
    months = found["years"][0]["months"]
    assert months[0] is None
    assert months[1] == {"r": 0.0, "trades": 0}
    assert months[3] == {"r": 0.0, "trades": 0}


def test_no_trades_and_no_dates_are_an_empty_table():
    found = monthly_table([], [])
    assert (found["years"], found["r"], found["trades"]) == ([], 0, 0)
    assert found["months"] == [{"r": 0, "trades": 0}] * 12


def test_totals_of_rows_and_columns_agree():
    exits = [day(2020 + i % 3, 1 + i % 12) for i in range(50)]
    rs = [(-1.0) ** i * i / 8 for i in range(50)]
    found = monthly_table(rs, exits)
    assert found["r"] == sum(rs)
    assert sum(cell["r"] for cell in found["months"]) == sum(rs)
