"""Paths of the settings, under /configuracoes/."""

from django.urls import include, path

from malha.backoffice.settings import lists, views

urlpatterns = [
    path("", views.index, name="settings"),
    path("empresa/", views.CompanyPage.as_view(), name="settings_company"),
    path("padroes-de-cobranca/", views.LatePage.as_view(), name="settings_late"),
    path("feriados/", lists.HolidaysPage.as_view(), name="settings_holidays"),
    path("grupos/", lists.GroupsPage.as_view(), name="settings_groups"),
    path("formas-de-pagamento/", lists.MethodsPage.as_view(), name="settings_methods"),
    path("chaves/", include("malha.backoffice.api_tokens.urls")),
    path("usuarios/", include("malha.backoffice.users.urls")),
]
