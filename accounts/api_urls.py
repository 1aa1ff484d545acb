"""Addresses of this room's API, under /api/v1/."""

from django.urls import URLPattern

app_name = "accounts-api"
urlpatterns: list[URLPattern] = []
