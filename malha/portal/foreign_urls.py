"""Paths of the notice server under every foreign name: whatever is asked for leads to the notice page, also /aviso/."""

from django.urls import include, path

from malha.portal.server_urls import elsewhere
from malha.portal.urls import urlpatterns as pages

urlpatterns = [path("", include(([elsewhere, path("aviso/", include(pages))], "portal")))]
handler500 = "malha.portal.views.broken"
