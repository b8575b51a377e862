"""Paths of the door itself and of one's own profile (namespace `staff`)."""

from django.urls import path

from malha.backoffice.staff import door, first_setup, profile

app_name = "staff"
urlpatterns = [
    path("entrar/", door.log_in, name="login"),
    path("sair/", door.log_out, name="logout"),
    path("primeiro-acesso/", first_setup.page, name="first_setup"),
    path("perfil/", profile.page, name="profile"),
    path("perfil/senha/", profile.change_password, name="change_password"),
    path("perfil/tema/", profile.theme, name="theme"),
    path("perfil/sessoes/encerrar/", profile.end_other_sessions, name="end_other_sessions"),
    path("perfil/sessoes/<int:session_id>/encerrar/", profile.end_session, name="end_session"),
]
