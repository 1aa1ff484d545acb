"""Addresses of this room's pages."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("settings/display/", views.display_save, name="display-save"),
    path("settings/defaults/", views.defaults_save, name="defaults-save"),
    path("settings/profile/", views.profile_save, name="profile-save"),
    path("settings/preference/", views.preference_save, name="preference-save"),
    path("settings/keys/", views.key_create, name="key-create"),
    path("settings/keys/<int:key_id>/revoke/", views.key_revoke, name="key-revoke"),
]
