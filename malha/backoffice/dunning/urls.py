"""Paths of the section, under /simulacao/."""

from django.urls import path

from malha.backoffice.dunning import notices, rehearsal, run_actions, terminations

urlpatterns = [
    path("", rehearsal.Rehearsal.as_view(), name="rehearsal"),
    path("exportar/", rehearsal.export, name="rehearsal_export"),
    path("segurar/", run_actions.Hold.as_view(), name="rehearsal_hold"),
    path("soltar/", run_actions.Free.as_view(), name="rehearsal_free"),
    path("aprovar/", run_actions.Approve.as_view(), name="rehearsal_approve"),
    path("desfazer/", run_actions.Undo.as_view(), name="rehearsal_undo"),
    path("avisos/", notices.NoticeList.as_view(), name="notices"),
    path("avisos/imprimir/", notices.print_letters, name="notices_print"),
    path("avisos/cartas/", notices.letters, name="notice_letters"),
    path("avisos/cartas/pdf/", notices.letters_pdf, name="notice_letters_pdf"),
    path("avisos/entregar/", notices.Deliver.as_view(), name="notices_deliver"),
    path("rescisoes/", terminations.TerminationList.as_view(), name="terminations"),
    path("rescisoes/avisar/", terminations.Prepare.as_view(), name="terminations_prepare"),
    path("rescisoes/<int:number>/", terminations.Terminate.as_view(), name="termination"),
]
