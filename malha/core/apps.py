"""The room `core` as Django knows it."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "malha.core"
