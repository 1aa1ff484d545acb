"""Message bodies for reading."""

from django import template

from webhooks.bodies.payloads import pretty

register = template.Library()
register.filter("pretty", pretty)
