"""The room `worker` as Django knows it."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "malha.worker"
