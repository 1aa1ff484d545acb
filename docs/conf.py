"""How `docs/` becomes the site at `/help/`; `manage.py build_help` builds it by Sphinx."""

import re

from sphinx.application import Sphinx

project = "RoR Trader"
html_title = "RoR Trader help"
extensions = ["myst_parser"]
# Links to headings of other pages are checked as well.
myst_heading_anchors = 3
exclude_patterns = ["_templates"]
templates_path = ["_templates"]
html_theme = "alabaster"
html_theme_options = {"show_powered_by": False, "description": "Help"}
html_sidebars = {"**": ["about.html", "find.html", "navigation.html"]}
html_static_path = ["_static", "../static/js/scroll_regions.js"]
html_css_files = ["help.css"]
html_js_files = [("scroll_regions.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False


def readable(
    app: Sphinx, page: str, template: str, context: dict[str, object], document: object
) -> None:
    """For keyboards and screen readers: tables scroll in a box, captions have their level."""
    body = str(context.get("body") or "")
    body = re.sub(r"(<table\b.*?</table>)", r'<div class="table-scroll">\1</div>', body, flags=re.S)
    context["body"] = body.replace('role="heading"', 'role="heading" aria-level="2"')


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", readable)
