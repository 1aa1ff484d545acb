"""A body is taken as the document describes it: fields that exist, values of their JSON type."""

import pytest
from rest_framework import serializers

from trader.api.strict import Strict


class Inner(Strict):
    text = serializers.CharField()


class Body(Strict):
    flag = serializers.BooleanField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False)
    ratio = serializers.FloatField(required=False)
    name = serializers.CharField(required=False)
    names = serializers.ListField(child=serializers.CharField(), required=False)
    texts = serializers.DictField(child=serializers.CharField(), required=False)
    rows = Inner(many=True, required=False)
    made_at = serializers.IntegerField(read_only=True)


def errors(data: object) -> object:
    body = Body(data=data)
    body.is_valid()
    return body.errors


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("flag", 0, "Must be true or false."),
        ("flag", 1.0, "Must be true or false."),
        ("flag", "true", "Must be true or false."),
        ("flag", "", "Must be true or false."),
        ("count", True, "Must be a whole number."),
        ("count", "12", "Must be a whole number."),
        ("ratio", False, "Must be a number."),
        ("ratio", "1.5", "Must be a number."),
        ("name", 12, "Must be text."),
        ("name", True, "Must be text."),
    ],
)
def test_value_of_another_type_is_refused_rather_than_read_as_something(field, value, message):
    assert errors({field: value}) == {field: [message]}


def test_places_in_lists_and_objects_are_named():
    assert errors({"names": ["a", 1]}) == {"names": {1: ["Must be text."]}}
    assert errors({"texts": {"a": "b", "c": 2}}) == {"texts": {"c": ["Must be text."]}}
    assert errors({"rows": [{"text": 5}]}) == {"rows": {0: {"text": ["Must be text."]}}}


@pytest.mark.parametrize(
    "data",
    [
        {"flag": None},
        {"flag": False, "count": 3, "ratio": 2, "name": "x"},
        {"count": 3.0, "ratio": 2.5},
        {"names": [], "texts": {}, "rows": []},
        {"made_at": "what is only read comes back as it was sent"},
    ],
)
def test_what_the_document_allows_is_taken(data):
    assert errors(data) == {}


def test_null_is_still_refused_where_nothing_may_be_null():
    assert "count" in errors({"count": None})


def test_all_faults_are_told_at_once():
    assert errors({"flagg": 1, "flag": 2, "rows": [{}]}) == {
        "flagg": ["There is no such field. Did you mean flag?"],
        "flag": ["Must be true or false."],
        "rows": {0: {"text": ["This field is required."]}},
    }
