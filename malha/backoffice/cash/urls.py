"""Paths of the cash book."""

from django.urls import path

from malha.backoffice.cash import accounts, book, categories, closings, entries, export, payables, suppliers

urlpatterns = [
    path("", book.Book.as_view(), name="cashbook"),
    path("exportar/", export.book, name="cash_export"),
    path("totais/exportar/", export.totals, name="cash_export_totals"),
    path("lancar/", entries.EntryNew.as_view(), name="cash_entry_new"),
    path("lancamentos/<int:pk>/corrigir/", entries.EntryCorrect.as_view(), name="cash_entry_correct"),
    path("transferir/", entries.TransferNew.as_view(), name="cash_transfer"),
    path("fechar/", closings.Close.as_view(), name="cash_close"),
    path("fechamentos/", closings.ClosingList.as_view(), name="cash_closings"),
    path("fechamentos/<int:pk>/", closings.ClosingPage.as_view(), name="cash_closing"),
    path("fechamentos/<int:pk>/pdf/", closings.paper, name="cash_closing_paper"),
    path("contas/", accounts.AccountList.as_view(), name="cash_accounts"),
    path("contas/nova/", accounts.AccountNew.as_view(), name="cash_account_new"),
    path("contas/<int:pk>/", accounts.AccountEdit.as_view(), name="cash_account"),
    path("contas/<int:pk>/padrao/", accounts.make_default, name="cash_account_default"),
    path("contas/<int:pk>/retirar/", accounts.retire, name="cash_account_retire"),
    path("contas/<int:pk>/reativar/", accounts.restore, name="cash_account_restore"),
    path("categorias/", categories.CategoryList.as_view(), name="cash_categories"),
    path("categorias/nova/", categories.CategoryNew.as_view(), name="cash_category_new"),
    path("categorias/padrao/", categories.create_standard, name="cash_categories_standard"),
    path("categorias/<int:pk>/", categories.CategoryEdit.as_view(), name="cash_category"),
    path("categorias/<int:pk>/retirar/", categories.retire, name="cash_category_retire"),
    path("categorias/<int:pk>/reativar/", categories.restore, name="cash_category_restore"),
    path("contas-a-pagar/", payables.PayableList.as_view(), name="payables"),
    path("contas-a-pagar/exportar/", export.bills, name="payables_export"),
    path("contas-a-pagar/nova/", payables.PayableNew.as_view(), name="payable_new"),
    path("contas-a-pagar/<int:pk>/", payables.PayablePage.as_view(), name="payable"),
    path("contas-a-pagar/<int:pk>/editar/", payables.PayableEdit.as_view(), name="payable_edit"),
    path("contas-a-pagar/<int:pk>/pagar/", payables.PayablePay.as_view(), name="payable_pay"),
    path("contas-a-pagar/<int:pk>/cancelar/", payables.PayableCancel.as_view(), name="payable_cancel"),
    path("contas-a-pagar/<int:pk>/desfazer/", payables.PayableUndo.as_view(), name="payable_undo"),
    path("fornecedores/", suppliers.SupplierList.as_view(), name="suppliers"),
    path("fornecedores/novo/", suppliers.SupplierNew.as_view(), name="supplier_new"),
    path("fornecedores/<int:pk>/", suppliers.SupplierEdit.as_view(), name="supplier"),
    path("fornecedores/<int:pk>/arquivar/", suppliers.archive, name="supplier_archive"),
    path("fornecedores/<int:pk>/reativar/", suppliers.restore, name="supplier_restore"),
]
