"""The room `staff` as Django knows it."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "malha.staff"
