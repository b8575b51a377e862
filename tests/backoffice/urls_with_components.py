"""All paths, and the component page as it stands there with MALHA_DEBUG."""

from django.urls import include, path

from malha.backoffice.urls import app_name
from malha.backoffice.urls import urlpatterns as staff_paths
from malha.config.urls import urlpatterns as all_paths

components = path("_ui/", include("malha.backoffice.ui_catalogue.urls"))
urlpatterns = [path("", include(([components, *staff_paths], app_name), namespace=app_name)), *all_paths]
