"""Paths of the history, under /historico/."""

from django.urls import path

from malha.backoffice.history import views

urlpatterns = [
    path("", views.history, name="history"),
    path("entradas/", views.attempts, name="login_attempts"),
]
