"""`/compare/`: two to four strategies, versions or runs side by side."""

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from strategies.api.answers import chosen, text, user_of
from strategies.api.version_serializers import ComparisonSerializer
from strategies.compare.comparison import Comparison
from strategies.compare.document import document
from strategies.compare.items import NotFoundError, find
from strategies.compare.refs import PATTERN, CompareError, parse
from strategies.models import Pack
from strategies.packs.names import PackNames

DATES = ("all", "common")
SPAN = {"first": "2026-01-02T14:30:00Z", "last": "2026-03-31T20:00:00Z"}
ITEM = {
    "ref": "version:12.3",
    "name": "Version 3 of Opening drive",
    "url": "/strategies/12/?tab=history#version-3",
    "symbol": "SPY",
    "direction": "LONG",
    "timeframe": "5Min",
    "data_source": "simulated",
    "engine_version": "3.0.0",
    "span": SPAN,
    "notes": [],
}
EXAMPLE = {
    "items": [ITEM, {**ITEM, "ref": "strategy:12", "name": "Opening drive"}],
    "notes": [],
    "dates": "all",
    "common_span": SPAN,
    "figures": [
        {
            "key": "total_r",
            "title": "Total R",
            "values": [31.4, 27.9],
            "infinite": [False, False],
            "differences": [None, -3.5],
        }
    ],
    "configuration": [{"label": "Stop", "texts": ["ATR x 1.5", "ATR x 2"], "differs": True}],
    "curves": [],
    "overlaps": [
        {
            "ref": "version:12.3",
            "other": "strategy:12",
            "n_trades": 212,
            "n_overlapping": 198,
            "n_same_entry_bar": 190,
        }
    ],
    "correlations": [{"refs": ["version:12.3", "strategy:12"], "value": 0.93, "n_dates": 62}],
}


@extend_schema(
    parameters=[
        OpenApiParameter(
            "items",
            {"type": "string", "pattern": PATTERN},
            required=True,
            description="Two to four of `strategy:<id>`, `version:<id>.<number>` and `run:<code>`, "
            "a comma between. Differences are to the first.",
            examples=[OpenApiExample("A version and now", value="version:12.3,strategy:12")],
        ),
        OpenApiParameter(
            "dates",
            str,
            enum=DATES,
            description="common: figures and curves of the dates that all of them cover.",
        ),
    ],
    responses=ComparisonSerializer,
    examples=[OpenApiExample("A version and now", value=EXAMPLE, response_only=True)],
)
@api_view(["GET"])
def compare(request: Request) -> Response:
    """What differs, figures with differences, curves, and how much the trades have in common."""
    is_common = chosen(request, "dates", DATES) == "common"
    try:
        items = find(user_of(request), parse(text(request, "items")))
    except CompareError as error:
        raise ValidationError({"items": [str(error)]}) from error
    except NotFoundError as error:
        raise Http404 from error
    names = PackNames(Pack.objects.for_user(user_of(request)))
    return Response(document(Comparison(items, names, is_common=is_common)))
