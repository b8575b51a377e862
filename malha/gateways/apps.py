"""The room `gateways` as Django knows it."""

from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "malha.gateways"
