"""All doors. Paths are Portuguese, names are English."""

from django.urls import include, path

urlpatterns = [
    path("", include("malha.backoffice.urls")),
    path("", include("malha.backoffice.staff.urls")),
    path("aviso/", include("malha.portal.urls")),
    path("api/", include("malha.api.urls")),
]
handler403 = "malha.backoffice.errors.forbidden"
handler404 = "malha.backoffice.errors.not_found"
handler500 = "malha.backoffice.errors.server_error"
