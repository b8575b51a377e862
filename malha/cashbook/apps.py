"""The room `cashbook` as Django knows it."""

from django.apps import AppConfig


class CashbookConfig(AppConfig):
    name = "malha.cashbook"
