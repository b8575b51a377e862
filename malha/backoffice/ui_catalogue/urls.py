"""Paths of the catalogue of components, only with DEBUG."""

from django.urls import path

from malha.backoffice.ui_catalogue import views

urlpatterns = [
    path("", views.index, name="ui"),
    path("<slug:name>/", views.component, name="ui_component"),
]
