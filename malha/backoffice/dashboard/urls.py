"""Paths of the Painel, under /painel/."""

from django.urls import path

from malha.backoffice.dashboard import views

urlpatterns = [
    path("", views.Dashboard.as_view(), name="dashboard"),
    path("exportar/", views.export, name="dashboard_export"),
]
