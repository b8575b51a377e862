"""Paths under /servidores/: the list, the divergences of all, then one router."""

from django.urls import path

from malha.backoffice.routers import actions, divergences, importing, linking, one, register
from malha.backoffice.routers.list import RouterList

urlpatterns = [
    path("", RouterList.as_view(), name="routers"),
    path("novo/", register.RouterNew.as_view(), name="router_new"),
    path("divergencias/", divergences.DivergencePage.as_view(), name="divergences"),
    path("divergencias/comandos/", divergences.DivergencePreview.as_view(), name="divergences_preview"),
    path("divergencias/aplicar/", divergences.Apply.as_view(), name="divergences_apply"),
    path("divergencias/aceitar/", divergences.Accept.as_view(), name="divergences_accept"),
    path("divergencias/ignorar/", divergences.Ignore.as_view(), name="divergences_ignore"),
    path("divergencias/voltar-a-listar/", divergences.Unignore.as_view(), name="divergences_unignore"),
    path("divergencias/<int:pk>/vincular/", linking.Link.as_view(), name="divergence_link"),
    path("<int:pk>/", one.RouterSummary.as_view(), name="router"),
    path("<int:pk>/acessos/", one.RouterAccesses.as_view(), name="router_accesses"),
    path("<int:pk>/acessos/mover/", actions.Move.as_view(), name="router_move"),
    path("<int:pk>/divergencias/", divergences.DivergencePage.as_view(), name="router_divergences"),
    path("<int:pk>/importar/", importing.RouterImport.as_view(), name="router_import"),
    path("<int:pk>/fila/", one.RouterQueue.as_view(), name="router_queue"),
    path("<int:pk>/perfis/", one.RouterProfiles.as_view(), name="router_profiles"),
    path("<int:pk>/perfis/pools/", actions.PoolAdd.as_view(), name="router_pool_add"),
    path("<int:pk>/perfis/pools/<int:pool>/remover/", actions.pool_forget, name="router_pool_forget"),
    path("<int:pk>/base/", one.RouterBase.as_view(), name="router_base"),
    path("<int:pk>/base/ler/", actions.base_read, name="router_base_read"),
    path("<int:pk>/base/aplicar/", actions.base_apply, name="router_base_apply"),
    path("<int:pk>/registro/", register.RouterEdit.as_view(), name="router_edit"),
    path("<int:pk>/testar/", register.test, name="router_test"),
    path("<int:pk>/ler/", actions.read, name="router_read"),
    path("<int:pk>/retomar/", actions.resume, name="router_resume"),
    path("<int:pk>/desativar/", actions.deactivate, name="router_deactivate"),
    path("<int:pk>/reativar/", actions.reactivate, name="router_reactivate"),
    path("<int:pk>/remover/", actions.remove, name="router_remove"),
]
