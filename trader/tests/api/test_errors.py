import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("trader.tests.probe_urls")]


@pytest.fixture
def api(alice):
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


def error_of(response):
    error = response.json()["error"]
    assert set(error) == {"code", "message", "details", "request_id", "timestamp"}
    assert error["request_id"] == response["X-Request-ID"]
    assert error["timestamp"].endswith("Z")
    return error


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 409, "CONFLICT"),
        ("meaning", 422, "UNPROCESSABLE_ENTITY"),
        ("forbidden", 403, "FORBIDDEN"),
        ("model", 400, "VALIDATION_ERROR"),
        ("bug", 500, "INTERNAL_ERROR"),
    ],
)
def test_each_failure_has_its_code(api, kind, status, code):
    response = api.get(f"/api/v1/fail/{kind}/")
    assert response.status_code == status
    assert error_of(response)["code"] == code


def test_details_name_the_field(api):
    assert error_of(api.get("/api/v1/fail/meaning/"))["details"] == [
        {"field": "symbol", "message": "Nobody knows it."}
    ]


def test_nested_serializer_errors_are_flattened(api):
    body = {"name": "too long", "stop": [{"method": "atr"}, {"method": "magic"}]}
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    fields = [row["field"] for row in error_of(response)["details"]]
    assert fields == ["name", "stop.1.method"]


def test_server_error_says_nothing_of_the_cause(api):
    response = api.get("/api/v1/fail/bug/")
    assert "hunter2" not in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_anonymous_caller_is_asked_to_authenticate(client):
    response = client.get("/api/v1/probe/")
    assert response.status_code == 401
    assert error_of(response)["code"] == "AUTHENTICATION_REQUIRED"
    assert "ApiKey" in response["WWW-Authenticate"]


def test_unknown_api_address_is_json(client):
    response = client.get("/api/v1/nothing/")
    assert response.status_code == 404
    assert error_of(response)["code"] == "NOT_FOUND"


def test_wrong_method_has_a_code(api):
    assert error_of(api.delete("/api/v1/probe/"))["code"] == "METHOD_NOT_ALLOWED"


def test_broken_json_is_a_validation_error(api):
    response = api.post("/api/v1/probe/", "{", content_type="application/json")
    assert error_of(response)["code"] == "VALIDATION_ERROR"


def test_json_that_nests_too_deeply_is_refused(api):
    body = "[" * 6 + "]" * 6
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    assert response.status_code == 400
    assert "nests deeper" in error_of(response)["message"]


def test_json_bomb_is_refused_without_crashing(api):
    body = "[" * 200_000 + "]" * 200_000
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    assert response.status_code == 400


def test_overlong_text_is_refused(api):
    body = {"name": "x" * 10_001, "stop": []}
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    assert "10,000" in error_of(response)["message"]


@pytest.mark.parametrize("body", [{"name": "a\0b"}, {"na\0me": "x"}, {"stop": [["\0"]]}])
def test_null_characters_are_refused(api, body):
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    assert response.status_code == 400
    assert "null character" in error_of(response)["message"]


def test_oversized_body_is_refused(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = {"name": "x" * 200, "stop": []}
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    assert response.status_code == 413
    assert error_of(response)["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("body", ['{"name": "\\ud800"}', '{"\\udfff": 1}'])
def test_half_characters_are_refused(api, body):
    response = api.post("/api/v1/probe/", body, content_type="application/json")
    assert response.status_code == 400
    assert "lone surrogate" in error_of(response)["message"]


def test_pages_fail_with_a_designed_page(api):
    response = api.get("/page-bug/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert "Something failed on our side" in response.content.decode()


def test_failed_page_offers_to_try_again_but_a_failed_form_does_not(api):
    again = 'href="/page-bug/?a=1&amp;b=2">Try again'
    assert again in api.get("/page-bug/?a=1&b=2").content.decode()
    assert "Try again" not in api.post("/page-bug/").content.decode()


def test_unknown_page_is_a_designed_page(client):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
