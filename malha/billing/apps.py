"""The room `billing` as Django knows it."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "malha.billing"
