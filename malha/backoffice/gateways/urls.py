"""Paths of the gateways, under /gateways/."""

from django.urls import path

from malha.backoffice.gateways import accounts, refused

urlpatterns = [
    path("", accounts.AccountList.as_view(), name="gateways"),
    path("nova/<slug:adapter>/", accounts.AccountNew.as_view(), name="gateway_new"),
    path("<int:pk>/", accounts.AccountEdit.as_view(), name="gateway"),
    path("<int:pk>/testar/", accounts.test, name="gateway_test"),
    path("<int:pk>/webhook/", accounts.webhook, name="gateway_webhook"),
    path("erros/", refused.RefusedList.as_view(), name="gateway_errors"),
    path("erros/<int:pk>/tentar/", refused.try_again, name="gateway_error_retry"),
]
