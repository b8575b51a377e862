"""Paths of the plans."""

from django.urls import path

from malha.backoffice.plans import views

urlpatterns = [
    path("", views.PlanList.as_view(), name="plans"),
    path("novo/", views.PlanNew.as_view(), name="plan_new"),
    path("<int:pk>/", views.PlanEdit.as_view(), name="plan"),
    path("<int:pk>/arquivar/", views.archive, name="plan_archive"),
    path("<int:pk>/reativar/", views.restore, name="plan_restore"),
]
