"""Addresses of this room's API, under /api/v1/."""

from django.urls import path

from accounts import api

app_name = "accounts-api"
urlpatterns = [path("settings/", api.settings_detail, name="settings-detail")]
