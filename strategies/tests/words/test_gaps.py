from datetime import UTC, datetime

import pytest

from strategies.words.gaps import CutOff, cut_off_text


def cut(text, r):
    return CutOff(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()), r)


JANUARY, MARCH = cut("2011-01-31T21:00", 0.382), cut("2011-03-18T20:00", -1.0)


@pytest.mark.parametrize(
    ("trades", "sentence"),
    [
        ([], ""),
        ([JANUARY], "1 trade cut off by missing data at 2011-01-31 16:00 is left out: +0.38 R"),
        (
            [JANUARY, MARCH],
            "2 trades cut off by missing data, at 2011-01-31 16:00 and 2011-03-18 16:00,"
            " are left out: -0.62 R",
        ),
        (
            [JANUARY, JANUARY, JANUARY, MARCH],
            "4 trades cut off by missing data, the first at 2011-01-31 16:00 and the last at"
            " 2011-03-18 16:00, are left out: +0.15 R",
        ),
    ],
)
def test_what_was_left_out_in_a_sentence(trades, sentence):
    assert cut_off_text(trades) == sentence
