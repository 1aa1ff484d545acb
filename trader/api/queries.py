"""Query parameters that say nothing: most of the time an empty variable of a script."""

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

EMPTY = "Give a value or leave the parameter out."
REPEATED = "Give the parameter once."


class ReadableQuery(BasePermission):
    """Refuses empty and repeated parameters by name.

    It permits everything else. Permissions are where every view looks at a request once it is
    known whose it is.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        given = request.query_params.lists()
        wrong = {
            name: [EMPTY if "" in values else REPEATED]
            for name, values in given
            if "" in values or len(values) > 1
        }
        if wrong:
            raise exceptions.ValidationError(wrong)
        return True
