"""Paths of the staff's door: one line per section, in the order of the menu. The names are those of malha/backoffice/menu.py."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from malha.backoffice.charges.unbilled import Unbilled
from malha.backoffice.customers.search import search
from malha.backoffice.home import home

app_name = "backoffice"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("busca/", search, name="search"),
    path("clientes/", include("malha.backoffice.customers.urls")),
    path("cobrancas/", include("malha.backoffice.charges.urls")),
    path("relatorios/sem-cobranca/", Unbilled.as_view(), name="unbilled"),
    path("caixa/", include("malha.backoffice.cash.urls")),
    path("simulacao/", include("malha.backoffice.dunning.urls")),
    path("planos/", include("malha.backoffice.plans.urls")),
    path("servidores/", include("malha.backoffice.routers.urls")),
    path("conexoes/", include("malha.backoffice.connections.urls")),
    path("modelos-de-contrato/", include("malha.backoffice.contract_templates.urls")),
    path("configuracoes/", include("malha.backoffice.settings.urls")),
    path("historico/", include("malha.backoffice.history.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("_ui/", include("malha.backoffice.ui_catalogue.urls"))]
