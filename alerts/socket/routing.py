"""Addresses of sockets."""

from django.urls import path

from alerts.socket.consumers import SocketConsumer

websocket_urlpatterns = [path("ws/feed/", SocketConsumer.as_asgi())]
