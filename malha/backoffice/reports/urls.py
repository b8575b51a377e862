"""Paths of the section, under /relatorios/."""

from django.urls import path

from malha.backoffice.reports import views

urlpatterns = [
    path("", views.index, name="reports"),
    path("<slug:slug>/", views.ReportPage.as_view(), name="report"),
    path("<slug:slug>/exportar/", views.export, name="report_export"),
]
