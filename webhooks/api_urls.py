"""Addresses of this room's API, under /api/v1/."""

from rest_framework.routers import SimpleRouter

from webhooks.api import BlockViewSet, DeliveryViewSet, EndpointViewSet, TemplateViewSet

app_name = "webhooks-api"
router = SimpleRouter(use_regex_path=False)
router.register("endpoints", EndpointViewSet, basename="endpoint")
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("blocks", BlockViewSet, basename="block")
router.register("templates", TemplateViewSet, basename="template")
urlpatterns = router.urls
