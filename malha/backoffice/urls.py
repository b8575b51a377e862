"""Paths of the staff's own pages."""

from django.urls import URLPattern

app_name = "backoffice"
urlpatterns: list[URLPattern] = []
