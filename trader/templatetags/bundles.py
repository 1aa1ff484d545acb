"""The link to the styles of every page as one file, see `trader/web/bundles.py`."""

from django import template
from django.conf import settings
from django.templatetags.static import static

from trader.web.bundles import NAME

register = template.Library()


@register.simple_tag
def bundled_styles() -> str:
    """Its address; nothing where static files have not been collected."""
    return static(NAME) if settings.STATIC_COLLECTED else ""
