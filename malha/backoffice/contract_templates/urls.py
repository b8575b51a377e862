"""Paths of the contract templates."""

from django.urls import path

from malha.backoffice.contract_templates import views

urlpatterns = [
    path("", views.TemplateList.as_view(), name="templates"),
    path("novo/", views.TemplateNew.as_view(), name="template_new"),
    path("previa/", views.preview, name="template_preview"),
    path("<int:pk>/", views.TemplateEdit.as_view(), name="template"),
    path("<int:pk>/versoes/<int:number>/", views.version, name="template_version"),
    path("<int:pk>/padrao/", views.make_default, name="template_default"),
    path("<int:pk>/ativar/", views.set_active, {"is_active": True}, name="template_activate"),
    path("<int:pk>/desativar/", views.set_active, {"is_active": False}, name="template_deactivate"),
]
