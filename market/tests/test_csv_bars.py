import gzip
import io

import numpy as np
import pytest

from market.csv_bars import BarsError, base_timeframe_of, read_bars_csv
from market.sample import PATH

HEADER = "ts,open,high,low,close,volume\n"
GOOD = "2024-03-04T14:30:00Z,10,11,9,10.5,100\n"


def read(text):
    return read_bars_csv(io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        (GOOD + "2024-03-04T14:29:00Z,10,11,9,10,1\n", 3, "earlier than the row above"),
        (GOOD + GOOD, 3, "duplicate ts 2024-03-04T14:30:00Z"),
        (GOOD + "2024-03-04T14:31:00Z,10,8,9,10,1\n", 3, "high 8 is below low 9"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,9,nan,1\n", 3, "close is NaN"),
        (GOOD + "2024-03-04T14:31:00Z,10,inf,9,10,1\n", 3, "high is infinite"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,9,10,-1\n", 3, "volume -1 is negative"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,9,,1\n", 3, "close is missing"),
        (GOOD + "2024-03-04T14:31:00Z,10,ten,9,10,1\n", 3, "high 'ten' is not a number"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,9\n", 3, "expected 6 fields, found 4"),
        (GOOD + "2024-03-04T14:31:00,10,11,9,10,1\n", 3, "is not an instant"),
        (GOOD + "2024-03-04T14:31:00-05:00,10,11,9,10,1\n", 3, "is not an instant"),
        ("yesterday,10,11,9,10,1\n", 2, "ts 'yesterday'"),
        (GOOD + "2100-03-04T14:30:00Z,10,11,9,10.5,100\n", 3, "1990 to 2099"),
        (GOOD + "2024-03-04T14:31:00Z,10,1_1,9,10,1\n", 3, "high '1_1' is not a number"),
        (GOOD + "2024-03-04T14:31:00Z,10,１１,9,10,1\n", 3, "high '１１' is not a number"),
        (GOOD + "2024-03-04T14:31:00Z,10,2e12,9,10,1\n", 3, "high 2e+12 is beyond 1e+12"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,-1e300,10,1\n", 3, "low -1e+300 is beyond"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,9,1e-13,1\n", 3, "close 1e-13 is smaller than 1e-12"),
        (GOOD + "2024-03-04T14:31:00Z,10,11,9,10,2e18\n", 3, "volume 2e+18 is beyond 1e+18"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(rows, line, message):
    with pytest.raises(BarsError) as caught:
        read(HEADER + rows)
    assert caught.value.line == line
    assert message in str(caught.value)


def test_the_first_of_several_bad_lines_is_named():
    bad = "2024-03-04T14:31:00Z,10,8,9,10,1\n2024-03-04T14:31:00Z,10,11,9,nan,1\n"
    with pytest.raises(BarsError, match="line 3: high 8 is below low 9"):
        read(HEADER + GOOD + bad)


def test_blank_lines_count_but_are_ignored():
    with pytest.raises(BarsError) as caught:
        read(HEADER + "\n" + GOOD + "\n" + GOOD)
    assert caught.value.line == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        (HEADER, "no bars"),
        ("time,o,h,l,c,v\n" + GOOD, "the header must be ts,open,high,low,close,volume"),
        (HEADER + "1980-03-04T14:30:00Z,10,11,9,10.5,100\n", "1990 to 2099"),
    ],
)
def test_a_file_of_another_form_is_refused(text, message):
    with pytest.raises(BarsError, match=message):
        read(text)


def test_open_or_close_outside_the_range_is_a_warning():
    found = read(HEADER + GOOD + "2024-03-04T14:31:00Z,12,11,9,8,1\n")
    assert found.bars.n == 2
    assert found.warnings == [
        "line 3: close 8 lies outside low to high (9 to 11)",
        "line 3: open 12 lies outside low to high (9 to 11)",
    ]


def test_many_warnings_are_summed_up():
    rows = "".join(f"2024-03-04T14:{m:02}:00Z,12,11,9,10,1\n" for m in range(30))
    assert read(HEADER + rows).warnings[-1] == "10 more rows like these"


def test_windows_line_ends_and_a_byte_order_mark_are_accepted():
    text = "\ufeff" + HEADER + GOOD.replace("Z", "+00:00")
    assert read(text.replace("\n", "\r\n")).bars.start_ts.tolist() == [1709562600]


def test_gzip_is_recognised_by_content():
    packed = io.BytesIO(gzip.compress((HEADER + GOOD).encode()))
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
        read_bars_csv(io.BytesIO((HEADER + GOOD).encode() + b"2024,\xe9\n"))


def test_prices_and_volumes_of_zero_are_accepted():
    assert read(HEADER + "2024-03-04T14:30:00Z,0,0,0,0,0\n").bars.close.tolist() == [0]


def test_a_file_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr("market.csv_bars.MAX_BYTES", 50)
    with pytest.raises(BarsError, match="split it"):
        read(HEADER + GOOD)
    with pytest.raises(BarsError, match="split it"):
        read_bars_csv(io.BytesIO(gzip.compress((HEADER + GOOD).encode())))


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
    bars = read(HEADER + GOOD + GOOD.replace("14:30", "14:31")).bars
    first = int(bars.start_ts[0])
    spaced = bars._replace(start_ts=np.array([first, first + seconds]))
    assert base_timeframe_of(name, spaced).name == expected


def test_a_spacing_that_is_no_timeframe_is_refused():
    bars = read(HEADER + GOOD + GOOD.replace("14:30", "14:37")).bars
    with pytest.raises(BarsError, match="420 s, is no timeframe"):
        base_timeframe_of("plain.csv", bars)
