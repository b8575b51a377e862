"""The room `dunning` as Django knows it."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "malha.dunning"
