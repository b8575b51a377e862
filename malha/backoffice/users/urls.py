"""Paths of the user administration, under /configuracoes/usuarios/."""

from django.urls import path

from malha.backoffice.users import views

urlpatterns = [
    path("", views.UserList.as_view(), name="users"),
    path("novo/", views.UserNew.as_view(), name="user_new"),
    path("<int:pk>/", views.UserEdit.as_view(), name="user_edit"),
    path("<int:pk>/senha/", views.reset_password, name="user_reset_password"),
    path("<int:pk>/desativar/", views.deactivate, name="user_deactivate"),
    path("<int:pk>/reativar/", views.reactivate, name="user_reactivate"),
    path("<int:pk>/sessoes/encerrar/", views.end_sessions, name="user_end_sessions"),
]
