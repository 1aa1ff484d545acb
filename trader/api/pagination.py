"""Lists in pages: `{count, next, previous, results}`, by `page` and `page_size`."""

from typing import Any, TypeVar

from rest_framework.pagination import PageNumberPagination

View = TypeVar("View")


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


def in_pages(view: View) -> View:
    """Tell the OpenAPI document that this function view answers its lists in pages."""
    api_view: Any = view
    api_view.cls.pagination_class = Pages
    return view
