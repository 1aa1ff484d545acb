"""Random calls made from the OpenAPI document, good and bad: no error of ours, no answer that the
document does not describe.

`FUZZ_EXAMPLES` sets how many there are of each operation; the seed is fixed.
"""

import contextlib
import json
import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi import checks

from accounts.keys import create_key
from trader.tests.api.test_bad_input import DOCUMENT, address, undone  # noqa: F401

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
LIMITS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
CALLS = sorted(
    f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods
)
# Well-formed and still refused, by what no document can say: an id that is none of the caller's, a
# record or text that means nothing, two values that contradict each other.
REFUSED_BY_MEANING = {
    "GET /api/v1/alerts/",
    "POST /api/v1/alerts/ack-all/",
    "POST /api/v1/alerts/test/",
    "GET /api/v1/bars/",
    "POST /api/v1/endpoints/",
    "POST /api/v1/packs/",
    "POST /api/v1/drilldowns/",
    "POST /api/v1/strategies/refresh/",
    "POST /api/v1/packs/{id}/impact/",
    "POST /api/v1/packs/{id}/previews/",
    "POST /api/v1/runs/",
    "POST /api/v1/strategies/",
    "POST /api/v1/templates/",
}


@pytest.fixture
def api():
    """The document with its application, whose requests leave the test's connection open."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(DOCUMENT)))
    schema.app = get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("call", CALLS)
def test_random_calls_are_answered_as_the_document_says(alice, api, address, call):  # noqa: F811
    method, path = call.split()
    operation = api[path][method]
    headers = {"X-API-Key": create_key(alice, "fuzz")[1]}
    not_asked = [checks.positive_data_acceptance] if call in REFUSED_BY_MEANING else []
    for mode in schemathesis.GenerationMode:

        @seed(20_240_304)
        @LIMITS
        @given(case=operation.as_strategy(generation_mode=mode))
        def act(case):
            with undone():
                case.call_and_validate(headers=headers, excluded_checks=not_asked)

        # Some operations have nothing that could be wrong.
        with contextlib.suppress(Unsatisfiable):
            act()
