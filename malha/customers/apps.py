"""The room `customers` as Django knows it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "malha.customers"
