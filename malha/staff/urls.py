"""Paths of the staff's own pages."""

from django.urls import URLPattern

app_name = "staff"
urlpatterns: list[URLPattern] = []
