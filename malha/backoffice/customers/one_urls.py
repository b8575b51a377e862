"""Paths of one customer, under /clientes/<number>/."""

from django.urls import URLPattern, path

from malha.backoffice.customers import accesses, attachments, contracts, detail, edit, leaving, notes, papers, standing

urlpatterns: list[URLPattern] = [
    path("", detail.Summary.as_view(), name="customer"),
    path("historico/", detail.History.as_view(), name="customer_history"),
    path("documento/", detail.Document.as_view(), name="customer_document"),
    path("editar/", edit.Edit.as_view(), name="customer_edit"),
    path("bloquear/", standing.Block.as_view(), name="customer_block"),
    path("liberar/", standing.Release.as_view(), name="customer_release"),
    path("desconectar/", standing.Disconnect.as_view(), name="customer_disconnect"),
    path("cancelar/", leaving.CancelCustomer.as_view(), name="customer_cancel"),
    path("arquivar/", leaving.Archive.as_view(), name="customer_archive"),
    path("reativar/", leaving.Reactivate.as_view(), name="customer_reactivate"),
    path("planos-de-acesso/", accesses.Accesses.as_view(), name="customer_accesses"),
    path("planos-de-acesso/novo/", accesses.New.as_view(), name="access_new"),
    path("planos-de-acesso/<int:pk>/editar/", accesses.Edit.as_view(), name="access_edit"),
    path("planos-de-acesso/<int:pk>/senha/", accesses.Password.as_view(), name="access_password"),
    path("planos-de-acesso/<int:pk>/mostrar-senha/", accesses.Reveal.as_view(), name="access_reveal"),
    path("planos-de-acesso/<int:pk>/remover/", accesses.Remove.as_view(), name="access_remove"),
    path("planos-de-acesso/<int:pk>/situacao/", detail.access_badge, name="access_badge"),
    path("contratos/", contracts.Contracts.as_view(), name="customer_contracts"),
    path("contratos/novo/", contracts.New.as_view(), name="contract_new"),
    path("contratos/<int:pk>/editar/", contracts.Edit.as_view(), name="contract_edit"),
    path("contratos/<int:pk>/endereco/", contracts.Place.as_view(), name="contract_place"),
    path("contratos/<int:pk>/ativar/", contracts.Activate.as_view(), name="contract_activate"),
    path("contratos/<int:pk>/cancelar/", contracts.Cancel.as_view(), name="contract_cancel"),
    path("contratos/<int:pk>/impresso/", papers.Preview.as_view(), name="contract_paper"),
    path("contratos/<int:pk>/imprimir/", papers.Print.as_view(), name="contract_print"),
    path("documentos/<int:pk>/", papers.document, name="contract_document"),
    path("arquivos/", attachments.Files.as_view(), name="customer_attachments"),
    path("arquivos/enviar/", attachments.Upload.as_view(), name="attachment_new"),
    path("arquivos/<int:pk>/", attachments.download, name="attachment"),
    path("arquivos/<int:pk>/renomear/", attachments.Rename.as_view(), name="attachment_rename"),
    path("arquivos/<int:pk>/remover/", attachments.Remove.as_view(), name="attachment_remove"),
    path("anotacoes/nova/", notes.NoteNew.as_view(), name="note_new"),
    path("anotacoes/<int:pk>/fixar/", notes.pin, name="note_pin"),
    path("anotacoes/<int:pk>/remover/", notes.remove, name="note_remove"),
    path("alerta/", notes.Alert.as_view(), name="customer_alert"),
]
