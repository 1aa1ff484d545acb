from datetime import date

import pytest

from market.feeds.runner import Runner
from market.models import FeedState
from market.replays import start_replay
from market.testing import make_bars, ts_of

URL = "/api/v1/bars/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client, alice):
    client.force_login(alice)
    return client


def get(client, **query):
    return client.get(URL, {"source": "sample", "symbol": "SPY", **query})


def test_bars_come_in_pages_of_the_common_shape(api):
    raw = make_bars(n_days=2)
    body = get(api, page_size=10, page=2).json()
    assert (body["count"], len(body["results"])) == (780, 10)
    assert body["next"]
    assert body["previous"]
    assert body["results"][0] == {
        "ts": "2024-03-04T14:40:00Z",
        "close_ts": "2024-03-04T14:41:00Z",
        "open": raw.open[10],
        "high": raw.high[10],
        "low": raw.low[10],
        "close": raw.close[10],
        "volume": 1000.0,
    }


def test_a_timeframe_and_a_range_may_be_chosen(api):
    make_bars(n_days=2)
    query = {"from": "2024-03-04T15:00:00Z", "to": "2024-03-04T16:00:00Z", "timeframe": "15Min"}
    body = get(api, **query).json()
    assert [row["ts"][11:16] for row in body["results"]] == ["15:00", "15:15", "15:30", "15:45"]


def test_market_time_hides_the_future(api):
    make_bars(n_days=2)
    FeedState.objects.create(source="sample", now_ts=ts_of("2024-03-04T14:35:00Z"))
    assert (
        get(api, to="2024-03-06T00:00:00Z", **{"from": "2024-03-04T00:00:00Z"}).json()["count"] == 5
    )


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"timeframe": "45Sec"}, 400, "timeframe"),
        ({"session": "Lunch"}, 400, "session"),
        ({"from": "yesterday"}, 400, "from"),
        ({"from": "2024-03-05T00:00:00Z", "to": "2024-03-04T00:00:00Z"}, 400, "to"),
        ({"from": "2004-03-05T00:00:00Z"}, 400, "from"),
        ({"symbol": "XYZ"}, 404, None),
        ({"source": "elsewhere"}, 404, None),
        ({"source": "replay:not-a-code"}, 404, None),
        ({"page": "999"}, 404, None),
    ],
)
def test_bad_queries_are_answered_with_the_field(api, query, status, field):
    make_bars(n_days=1)
    response = get(api, **query)
    assert response.status_code == status
    details = response.json()["error"]["details"]
    assert not field or [one["field"] for one in details] == [field]


def test_visitors_must_log_in(client):
    assert get(client).status_code in {401, 403}
    assert client.get("/api/v1/sources/").status_code in {401, 403}


@pytest.mark.django_db(transaction=True)
def test_a_replay_is_there_for_its_owner_alone(client, alice, charlie):
    make_bars(n_days=2)
    replay = start_replay(alice, "sample", "SPY", date(2024, 3, 5), speed=0)
    Runner(only=replay).run()
    for user, status, names in (
        (alice, 200, ["sample", replay.source]),
        (charlie, 404, ["sample"]),
    ):
        client.force_login(user)
        assert get(client, source=replay.source).status_code == status
        sources = client.get("/api/v1/sources/").json()
        assert [source["name"] for source in sources] == names


def test_sources_tell_their_symbols_and_market_time(api):
    make_bars(n_days=1)
    assert api.get("/api/v1/sources/").json() == [
        {
            "name": "sample",
            "label": "Sample data",
            "is_simulated": False,
            "is_live": False,
            "now_ts": "2024-03-04T21:00:00Z",
            "symbols": [
                {
                    "symbol": "SPY",
                    "name": "",
                    "price_decimals": 2,
                    "first_ts": "2024-03-04T05:00:00Z",
                    "last_ts": "2024-03-04T20:59:00Z",
                }
            ],
        }
    ]


def test_a_list_of_bars_costs_few_queries(api, django_assert_max_num_queries):
    make_bars(n_days=2)
    with django_assert_max_num_queries(8):
        get(api)
