"""Addresses of this room's API, under /api/v1/."""

from django.urls import URLPattern, path

from market import api

app_name = "market-api"
urlpatterns: list[URLPattern] = [
    path("bars/", api.bar_list, name="bar-list"),
    path("sources/", api.source_list, name="source-list"),
]
