"""How `docs/` becomes the site at `/help/`; `manage.py build_help` builds it by Sphinx."""

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
html_static_path = ["_static"]
html_css_files = ["help.css"]
html_copy_source = False
html_show_sourcelink = False
