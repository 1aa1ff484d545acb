"""One list in pages of 50."""

from django.urls import path
from rest_framework import generics, pagination, serializers

from bench.bare.models import Alert


class AlertSerializer(serializers.ModelSerializer[Alert]):
    class Meta:
        model = Alert
        fields = "__all__"


class Pages(pagination.PageNumberPagination):
    page_size = 50


class AlertList(generics.ListAPIView[Alert]):
    queryset = Alert.objects.all()
    serializer_class = AlertSerializer
    pagination_class = Pages


urlpatterns = [path("alerts/", AlertList.as_view())]
