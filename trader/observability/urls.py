"""Addresses for load balancers and monitoring; without a trailing slash, as they expect."""

from django.urls import path

from trader.observability import views

urlpatterns = [
    path("health", views.live, name="health"),
    path("health/", views.live),
    path("health/ready", views.ready, name="health-ready"),
    path("health/ready/", views.ready),
    path("health/detailed", views.detailed, name="health-detailed"),
    path("health/detailed/", views.detailed),
    path("api/v1/health", views.live),
    path("api/health", views.live),
    path("api/v1/health/ready", views.ready),
    path("api/health/ready", views.ready),
    path("metrics", views.prometheus, name="metrics"),
]
