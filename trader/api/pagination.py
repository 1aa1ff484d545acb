"""Lists in pages: `{count, next, previous, results}`, by `page` and `page_size`."""

from typing import Any, TypeVar

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from trader.api.digits import whole_number

View = TypeVar("View")


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_page_size(self, request: Request) -> int:
        """As asked for, at most `max_page_size`; what is no number of rows is refused."""
        text = request.query_params.get(self.page_size_query_param)
        if text is None:
            return self.page_size
        wanted = whole_number(text)
        if not wanted:
            raise ValidationError({self.page_size_query_param: ["Enter a whole number from 1 on."]})
        return min(wanted, self.max_page_size)


def in_pages(view: View) -> View:
    """Tell the OpenAPI document that this function view answers its lists in pages."""
    api_view: Any = view
    api_view.cls.pagination_class = Pages
    return view
