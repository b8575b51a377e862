"""Paths of the staff's door: one line per section, in the order of the menu. The names are those of malha/backoffice/menu.py."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from malha.backoffice.customers.search import search
from malha.backoffice.home import home
from malha.backoffice.reports.views import WithoutCharge

app_name = "backoffice"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("painel/", include("malha.backoffice.dashboard.urls")),
    path("busca/", search, name="search"),
    path("clientes/", include("malha.backoffice.customers.urls")),
    path("cobrancas/", include("malha.backoffice.charges.urls")),
    path("caixa/", include("malha.backoffice.cash.urls")),
    path("gateways/", include("malha.backoffice.gateways.urls")),
    path("simulacao/", include("malha.backoffice.dunning.urls")),
    path("planos/", include("malha.backoffice.plans.urls")),
    path("servidores/", include("malha.backoffice.routers.urls")),
    path("conexoes/", include("malha.backoffice.connections.urls")),
    path("modelos-de-contrato/", include("malha.backoffice.contract_templates.urls")),
    path("relatorios/sem-cobranca/", WithoutCharge.as_view(), {"slug": "sem-cobranca"}, name="unbilled"),
    path("relatorios/", include("malha.backoffice.reports.urls")),
    path("configuracoes/", include("malha.backoffice.settings.urls")),
    path("historico/", include("malha.backoffice.history.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("_ui/", include("malha.backoffice.ui_catalogue.urls"))]
