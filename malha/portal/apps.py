"""The door `portal` as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "malha.portal"
