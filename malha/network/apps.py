"""The room `network` as Django knows it."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "malha.network"
