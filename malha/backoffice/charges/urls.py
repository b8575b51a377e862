"""Paths of Cobranças, under /cobrancas/."""

from django.urls import URLPattern, path

from malha.backoffice.charges import bulk, copies, export, one, parked, receipts
from malha.backoffice.charges.list import ChargeList, choose

urlpatterns: list[URLPattern] = [
    path("", ChargeList.as_view(), name="charges"),
    path("filtro/<slug:name>/", choose, name="charges_choose"),
    path("exportar/", export.export, name="charges_export"),
    path("prorrogar/", bulk.postpone, name="charges_postpone"),
    path("cancelar/", bulk.cancel, name="charges_cancel"),
    path("paradas/", parked.ParkedList.as_view(), name="parked"),
    path("paradas/<int:pk>/retomar/", parked.Resume.as_view(), name="parked_resume"),
    path("paradas/<int:pk>/comecar-de-hoje/", parked.Skip.as_view(), name="parked_skip"),
    path("recibos/<int:number>/", receipts.ReceiptPage.as_view(), name="receipt"),
    path("recibos/<int:number>/imprimir/", receipts.print_page, name="receipt_print"),
    path("recibos/<int:number>/pdf/", receipts.print_pdf, name="receipt_pdf"),
    path("recibos/<int:number>/desfazer/", receipts.undo, name="receipt_undo"),
    path("recibos/<int:number>/estornar/", receipts.Reverse.as_view(), name="receipt_reverse"),
    path("carnes/<int:number>/", copies.booklet_page, name="booklet"),
    path("carnes/<int:number>/pdf/", copies.booklet_pdf, name="booklet_pdf"),
    path("<int:number>/", one.ChargePage.as_view(), name="charge"),
    path("<int:number>/prorrogar/", one.Replace.as_view(), name="charge_replace"),
    path("<int:number>/cancelar/", one.Cancel.as_view(), name="charge_cancel"),
    path("<int:number>/descancelar/", one.Restore.as_view(), name="charge_restore"),
    path("<int:number>/contestar/", one.Contest.as_view(), name="charge_contest"),
    path("<int:number>/contestacao/", one.SettleContest.as_view(), name="charge_settle_contest"),
    path("<int:number>/2a-via/", copies.copy_page, name="charge_copy"),
    path("<int:number>/2a-via/pdf/", copies.copy_pdf, name="charge_copy_pdf"),
]
