import gzip
import io

import numpy as np
import pytest

from market.ingest.csv_bars import BarsError, base_timeframe_of, read_bars_csv
from market.sample import PATH

HEADER = "ts,open,high,low,close,volume\n"
VALUES = "10,11,9,10.5,100"


def row(ts="2024-03-04T14:30:00Z", values=VALUES):
    """A line of a file; as it stands, a good one."""
    return f"{ts},{values}\n"


def minute(number, values=VALUES):
    return row(f"2024-03-04T14:{number:02}:00Z", values)


def file_of(*rows, header=HEADER):
    return io.BytesIO((header + "".join(rows)).encode())


def read(*rows, header=HEADER):
    return read_bars_csv(file_of(*rows, header=header))


@pytest.fixture
def refused():
    """What a file with these lines is refused with."""

    def refuse(*rows):
        with pytest.raises(BarsError) as caught:
            read(*rows)
        return caught.value

    return refuse


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("10,8,9,10,1", "high 8 is below low 9"),
        ("10,11,9,nan,1", "close is NaN"),
        ("10,inf,9,10,1", "high is infinite"),
        ("10,11,9,10,-1", "volume -1 is negative"),
        ("10,11,9,,1", "close is missing"),
        ("10,ten,9,10,1", "high 'ten' is not a number"),
        ("10,11,9", "expected 6 fields, found 4"),
        ("10,1_1,9,10,1", "high '1_1' is not a number"),
        ("10,１１,9,10,1", "high '１１' is not a number"),
        ("10,2e12,9,10,1", "high 2e+12 is beyond 1e+12"),
        ("10,11,-1e300,10,1", "low -1e+300 is beyond"),
        ("10,11,9,1e-13,1", "close 1e-13 is smaller than 1e-12"),
        ("10,11,9,10,2e18", "volume 2e+18 is beyond 1e+18"),
    ],
)
def test_bad_values_are_refused_with_their_line(refused, values, message):
    error = refused(row(), minute(31, values))
    assert error.line == 3
    assert message in str(error)


@pytest.mark.parametrize(
    ("ts", "message"),
    [
        ("2024-03-04T14:29:00Z", "earlier than the row above"),
        ("2024-03-04T14:30:00Z", "duplicate ts 2024-03-04T14:30:00Z"),
        ("2024-03-04T14:31:00", "is not an instant"),
        ("2024-03-04T14:31:00-05:00", "is not an instant"),
        ("2100-03-04T14:30:00Z", "1990 to 2099"),
    ],
)
def test_a_bad_instant_is_refused_with_its_line(refused, ts, message):
    error = refused(row(), row(ts))
    assert error.line == 3
    assert message in str(error)


def test_the_first_row_may_be_the_bad_one(refused):
    error = refused(row("yesterday"))
    assert error.line == 2
    assert "ts 'yesterday'" in str(error)


def test_the_first_of_several_bad_lines_is_named(refused):
    error = refused(row(), minute(31, "10,8,9,10,1"), minute(31, "10,11,9,nan,1"))
    assert "line 3: high 8 is below low 9" in str(error)


def test_blank_lines_count_but_are_ignored(refused):
    assert refused("\n", row(), "\n", row()).line == 5


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("", [], "the file is empty"),
        (HEADER, [], "no bars"),
        ("time,o,h,l,c,v\n", [row()], "the header must be ts,open,high,low,close,volume"),
        (HEADER, [row("1980-03-04T14:30:00Z")], "1990 to 2099"),
    ],
)
def test_a_file_of_another_form_is_refused(header, rows, message):
    with pytest.raises(BarsError, match=message):
        read(*rows, header=header)


def test_open_or_close_outside_the_range_is_a_warning():
    found = read(row(), minute(31, "12,11,9,8,1"))
    assert found.bars.n == 2
    assert found.warnings == [
        "line 3: close 8 lies outside low to high (9 to 11)",
        "line 3: open 12 lies outside low to high (9 to 11)",
    ]


def test_many_warnings_are_summed_up():
    assert (
        read(*(minute(m, "12,11,9,10,1") for m in range(30))).warnings[-1]
        == "10 more rows like these"
    )


def test_windows_line_ends_and_a_byte_order_mark_are_accepted():
    text = "\ufeff" + HEADER + row("2024-03-04T14:30:00+00:00")
    assert read(header=text.replace("\n", "\r\n")).bars.start_ts.tolist() == [1709562600]


def test_gzip_is_recognised_by_content():
    packed = io.BytesIO(gzip.compress(file_of(row()).getvalue()))
    assert read_bars_csv(packed).bars.close.tolist() == [10.5]


def test_a_cut_gzip_file_is_refused(tmp_path):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(PATH.read_bytes()[:5000])
    with pytest.raises(BarsError, match="damaged or cut short"):
        read_bars_csv(path)


def test_a_missing_file_and_binary_rubbish_are_refused(tmp_path):
    with pytest.raises(BarsError, match="No such file"):
        read_bars_csv(tmp_path / "none.csv")
    with pytest.raises(BarsError, match="line 1: the file is not UTF-8"):
        read_bars_csv(io.BytesIO(b"\xff\xfe\x00rubbish"))


def test_the_line_that_is_no_utf_8_is_named():
    with pytest.raises(BarsError, match="line 3: the file is not UTF-8"):
        read_bars_csv(io.BytesIO(file_of(row()).getvalue() + b"2024,\xe9\n"))


def test_prices_and_volumes_of_zero_are_accepted():
    assert read(row(values="0,0,0,0,0")).bars.close.tolist() == [0]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_beyond_the_limit_is_refused(monkeypatch, pack):
    monkeypatch.setattr("market.ingest.csv_bars.MAX_BYTES", 50)
    with pytest.raises(BarsError, match="split it"):
        read_bars_csv(io.BytesIO(pack(file_of(row()).getvalue())))


@pytest.mark.parametrize(
    ("name", "seconds", "expected"),
    [
        ("SPY_1Min.csv.gz", 300, "1Min"),
        ("SPY_1Day.csv", 60, "1Day"),
        ("my_data_5min.csv", 60, "5Min"),
        ("plain.csv", 300, "5Min"),
        ("plain.csv", 82800, "1Day"),
        ("half_done.csv", 3600, "1Hour"),
    ],
)
def test_the_timeframe_comes_from_the_name_else_from_the_spacing(name, seconds, expected):
    bars = read(row(), minute(31)).bars
    first = int(bars.start_ts[0])
    spaced = bars._replace(start_ts=np.array([first, first + seconds]))
    assert base_timeframe_of(name, spaced).name == expected


def test_a_spacing_that_is_no_timeframe_is_refused():
    bars = read(row(), minute(37)).bars
    with pytest.raises(BarsError, match="420 s, is no timeframe"):
        base_timeframe_of("plain.csv", bars)
