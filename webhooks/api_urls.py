"""Addresses of this room's API, under /api/v1/."""

from django.urls import URLPattern

app_name = "webhooks-api"
urlpatterns: list[URLPattern] = []
