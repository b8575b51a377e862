"""Paths of the settings, under /configuracoes/."""

from django.urls import include, path

from malha.backoffice.settings import late, lists, notice_pages, views

urlpatterns = [
    path("", views.index, name="settings"),
    path("empresa/", views.CompanyPage.as_view(), name="settings_company"),
    path("padroes-de-cobranca/", late.LatePage.as_view(), name="settings_late"),
    path("padroes-de-cobranca/regua/", late.ladder, name="settings_ladder"),
    path("paginas-de-aviso/", notice_pages.NoticePagesPage.as_view(), name="settings_notice_pages"),
    path("paginas-de-aviso/previa/", notice_pages.preview, name="settings_notice_preview"),
    path("feriados/", lists.HolidaysPage.as_view(), name="settings_holidays"),
    path("grupos/", lists.GroupsPage.as_view(), name="settings_groups"),
    path("formas-de-pagamento/", lists.MethodsPage.as_view(), name="settings_methods"),
    path("chaves/", include("malha.backoffice.api_tokens.urls")),
    path("usuarios/", include("malha.backoffice.users.urls")),
]
