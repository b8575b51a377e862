"""The room `reports` as Django knows it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "malha.reports"
