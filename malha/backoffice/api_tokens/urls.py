"""Paths of the keys, under /configuracoes/chaves/."""

from django.urls import path

from malha.backoffice.api_tokens import views

urlpatterns = [
    path("", views.TokenList.as_view(), name="tokens"),
    path("nova/", views.TokenNew.as_view(), name="token_new"),
    path("<int:pk>/revogar/", views.revoke, name="token_revoke"),
]
