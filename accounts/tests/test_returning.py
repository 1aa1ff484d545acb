import pytest
from django.test import RequestFactory

from accounts.returning import asked_for

ELSEWHERE = "/alerts/"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", "/"),
        ("/strategies/7/?tab=live#here", "/strategies/7/?tab=live#here"),
        ("", ELSEWHERE),
        ("0", ELSEWHERE),
        ("x", ELSEWHERE),
        ("{", ELSEWHERE),
        ("NaN", ELSEWHERE),
        ("🙂", ELSEWHERE),
        ("dashboard", ELSEWHERE),
        ("alerts:alert-list", ELSEWHERE),
        ("./", ELSEWHERE),
        ("//evil.example/", ELSEWHERE),
        ("/\\evil.example/", ELSEWHERE),
        ("/\t/evil.example/", ELSEWHERE),
        ("https://testserver/", ELSEWHERE),
        ("javascript:alert(1)", ELSEWHERE),
        (" /", ELSEWHERE),
    ],
)
def test_only_a_path_of_ours_is_gone_back_to(target, expected):
    assert asked_for(RequestFactory().post("/", {"next": target}), ELSEWHERE) == expected
