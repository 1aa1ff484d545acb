"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, path

from webhooks.echo import views
from webhooks.views import deliveries, endpoints, previews, sample_message, templates

app_name = "webhooks"
urlpatterns: list[URLPattern] = [
    path("webhooks/", endpoints.endpoint_list, name="endpoint-list"),
    path("webhooks/new/", endpoints.endpoint_create, name="endpoint-create"),
    path("webhooks/preview/", previews.payload_preview, name="payload-preview"),
    path("webhooks/deliveries/", deliveries.delivery_list, name="delivery-list"),
    path("webhooks/deliveries/<uuid:code>/", deliveries.delivery_detail, name="delivery-detail"),
    path(
        "webhooks/deliveries/<uuid:code>/panel/", deliveries.delivery_panel, name="delivery-panel"
    ),
    path(
        "webhooks/deliveries/<uuid:code>/resend/",
        deliveries.delivery_resend,
        name="delivery-resend",
    ),
    path(
        "webhooks/deliveries/<uuid:code>/release/",
        deliveries.delivery_release,
        name="delivery-release",
    ),
    path("webhooks/deliveries/<uuid:code>/drop/", deliveries.delivery_drop, name="delivery-drop"),
    path(
        "webhooks/deliveries/<uuid:code>/settle/",
        deliveries.delivery_settle,
        name="delivery-settle",
    ),
    path("webhooks/templates/", templates.template_list, name="template-list"),
    path("webhooks/templates/new/", templates.template_create, name="template-create"),
    path("webhooks/templates/preview/", previews.template_preview, name="template-preview"),
    path("webhooks/templates/<slug:pk>/", templates.template_detail, name="template-detail"),
    path("webhooks/templates/<slug:pk>/copy/", templates.template_copy, name="template-copy"),
    path("webhooks/templates/<slug:pk>/delete/", templates.template_delete, name="template-delete"),
    path("webhooks/<uuid:code>/", endpoints.endpoint_detail, name="endpoint-detail"),
    path("webhooks/<uuid:code>/edit/", endpoints.endpoint_edit, name="endpoint-edit"),
    path("webhooks/<uuid:code>/delete/", endpoints.endpoint_delete, name="endpoint-delete"),
    path("webhooks/<uuid:code>/toggle/", endpoints.endpoint_toggle, name="endpoint-toggle"),
    path("webhooks/<uuid:code>/test/", sample_message.endpoint_test, name="endpoint-test"),
    path("webhooks/<uuid:code>/resend/", endpoints.endpoint_resend, name="endpoint-resend"),
    path("webhooks/<uuid:code>/secret/", endpoints.secret_show, name="secret-show"),
    path("webhooks/<uuid:code>/rotate/", endpoints.secret_rotate, name="secret-rotate"),
]
if settings.APP_ENV == "development":
    urlpatterns += [
        path("echo/", views.echo_page, name="echo-page"),
        path("echo/create/", views.echo_create, name="echo-create"),
        path("echo/messages/", views.echo_messages, name="echo-messages"),
        path("echo/hook/<slug:token>/", views.echo_hook, name="echo-hook"),
    ]
