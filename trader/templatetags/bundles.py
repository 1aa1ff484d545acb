"""Links to files that pages need together, see `trader/web/bundles.py`."""

from django import template
from django.conf import settings
from django.templatetags.static import static

from trader.web.bundles import BUNDLES

register = template.Library()


@register.simple_tag
def bundled(name: str) -> str:
    """The address of a bundle; nothing where static files have not been collected."""
    return static(BUNDLES[name].address) if settings.STATIC_COLLECTED else ""
