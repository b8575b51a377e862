"""The room `backoffice` as Django knows it."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "malha.backoffice"
