"""What an address of a comparison may say."""

import re
import uuid

import pytest

from strategies.compare.refs import PATTERN, CompareError, Ref, joined, parse

CODE = uuid.UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")


def test_items_are_read_and_written_alike():
    text = f"strategy:12,version:12.3,run:{CODE}"
    refs = parse(text)
    assert refs == [Ref("strategy", 12), Ref("version", 12, 3), Ref("run", code=CODE)]
    assert joined(refs) == text
    assert re.match(PATTERN, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "two to four items, not 0"),
        ("strategy:1", "two to four items, not 1"),
        ("strategy:1,strategy:2,strategy:3,strategy:4,strategy:5", "not 5"),
        ("strategy:1,strategy:x", "strategy:x” is none of"),
        ("strategy:1,strategy:1.2", "is none of"),
        ("strategy:1,version:2", "is none of"),
        ("strategy:1,version:2.", "is none of"),
        ("strategy:1,version:2.3.4", "is none of"),
        ("strategy:1,strategy:0", "is none of"),
        ("strategy:1,strategy:-2", "is none of"),
        ("strategy:1,strategy:²", "is none of"),
        ("strategy:1,strategy:" + "9" * 40, "is none of"),
        ("strategy:1,run:12", "is none of"),
        ("strategy:1,run:{0}", "is none of"),
        ("1,2", "is none of"),
        ("strategy:1,\x00", "is none of"),
    ],
)
def test_what_can_not_be_read_is_named(text, said):
    with pytest.raises(CompareError) as error:
        parse(text)
    assert said in str(error.value)
    assert not re.match(PATTERN, text)
