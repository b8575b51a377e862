"""Paths under /clientes/. The list and what hangs on it first, then one customer."""

from django.urls import URLPattern, URLResolver, include, path

from malha.backoffice.customers import bulk, export, new, saved
from malha.backoffice.customers.list import CustomerList, choose

urlpatterns: list[URLPattern | URLResolver] = [
    path("", CustomerList.as_view(), name="customers"),
    path("filtro/<slug:name>/", choose, name="customers_choose"),
    path("exportar/", export.export, name="customers_export"),
    path("vencimento/", bulk.change_due_day, name="customers_due_day"),
    path("visoes/", saved.keep, name="customers_keep_view"),
    path("visoes/<int:pk>/remover/", saved.forget, name="customers_forget_view"),
    path("novo/", new.page, name="customer_new"),
    path("novo/resumo/", new.new_summary, name="customer_new_summary"),
    path("novo/campo/", new.check_field, name="customer_new_check"),
    path("novo/rascunho/", new.new_draft, name="customer_new_draft"),
    path("novo/cep/", new.new_cep, name="customer_new_cep"),
    path("colunas/", saved.choose_columns, name="customers_columns"),
    path("<int:number>/", include("malha.backoffice.customers.one_urls")),
]
