"""The pack that a template implies: its default parameters, there for all who name it."""

from strategies.engine.template import Template
from strategies.models import Pack


def default_id(template: Template) -> str:
    """The id that means a pack of this template whether or not the user has one."""
    return f"{template.id}_default"


def implied_pack(template: Template) -> Pack:
    """What that id means to a user who has no such pack; not stored."""
    return Pack(
        pack_id=default_id(template),
        family=template.family,
        base_template=template.id,
        parameters=template.defaults(),
        plot_settings=template.plot_schema(),
    )
