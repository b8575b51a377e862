"""Paths of the notice pages, under /aviso/, on the web process and on the notice server alike."""

from django.urls import path

from malha.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.notice, name="notice"),
    path("continuar/", views.go_on, name="go_on"),
    path("liberar/", views.release, name="trust"),
    path("ja-paguei/", views.says_paid, name="says_paid"),
    path("api", views.captive, name="captive"),
]
