"""Paths under /conexoes/."""

from django.urls import path

from malha.backoffice.connections import views

urlpatterns = [
    path("", views.ConnectionList.as_view(), name="connections"),
    path("desconectar/", views.Disconnect.as_view(), name="connection_disconnect"),
]
