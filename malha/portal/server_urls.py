"""Paths of the notice server under its own name: the notice pages, and the way to them from any other path."""

from django.urls import include, path, re_path

from malha.portal import views
from malha.portal.urls import urlpatterns as pages

elsewhere = re_path("", views.elsewhere, name="elsewhere")
urlpatterns = [path("", include(([path("aviso/", include(pages)), elsewhere], "portal")))]
handler500 = "malha.portal.views.broken"
