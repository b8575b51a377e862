"""Paths of the staff's door: one line per section, in the order of the menu. The names are those of malha/backoffice/menu.py."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from malha.backoffice.home import home

app_name = "backoffice"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
]
if settings.DEBUG:
    urlpatterns += [path("_ui/", include("malha.backoffice.ui_catalogue.urls"))]
