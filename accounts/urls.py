"""Addresses of this room's pages."""

from django.urls import path

from accounts.views import keys, settings

app_name = "accounts"
urlpatterns = [
    path("settings/", settings.settings_page, name="settings"),
    path("settings/display/", settings.display_save, name="display-save"),
    path("settings/defaults/", settings.defaults_save, name="defaults-save"),
    path("settings/costs/", settings.costs_save, name="costs-save"),
    path("settings/profile/", settings.profile_save, name="profile-save"),
    path("settings/preference/", settings.preference_save, name="preference-save"),
    path("settings/keys/", keys.key_list, name="keys"),
    path("settings/keys/<int:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
]
