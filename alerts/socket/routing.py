"""Addresses of sockets."""

from django.urls import path

from alerts.socket.consumers import FeedConsumer

websocket_urlpatterns = [path("ws/feed/", FeedConsumer.as_asgi())]
