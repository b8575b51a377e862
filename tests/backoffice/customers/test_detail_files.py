"""Arquivos of a customer: what is let in, how it is given out, what is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from malha.core.models import HistoryEntry
from malha.customers.models import Attachment, Customer
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in, text, verbs

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 papel assinado"


@pytest.fixture(autouse=True)
def _disk(settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}}


@pytest.fixture
def customer(db) -> Customer:
    return make.customer()


def send(client, customer, content: bytes = PDF, name: str = "contrato.pdf", call_it: str = ""):
    path = f"/clientes/{customer.number}/arquivos/enviar/"
    return client.post(path, {"file": SimpleUploadedFile(name, content, "text/html"), "name": call_it}, follow=True)


def test_a_file_is_kept_under_a_name_of_ours_and_shown_under_its_own(customer):
    answer = send(log_in(Role.TECHNICIAN), customer, name="RG da Rosa.PDF")

    kept = Attachment.objects.get()
    assert "RG da Rosa.pdf" in answer.content.decode()
    assert (kept.name, kept.size, kept.content_type) == ("RG da Rosa.pdf", len(PDF), "application/pdf")
    assert "Rosa" not in kept.file.name
    assert kept.file.name.startswith("attachments/")


def test_a_file_is_given_out_as_a_download_that_nobody_runs_and_each_look_is_recorded(customer):
    client = log_in()
    send(client, customer, name="contrato.pdf")
    path = f"/clientes/{customer.number}/arquivos/{Attachment.objects.get().pk}/"

    answer = client.get(path)

    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contrato.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert HistoryEntry.objects.get(verb="attachment.seen").customer_id == customer.pk
    assert client.get(f"/clientes/{make.customer(cpf_cnpj='').number}/arquivos/{Attachment.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("pagina.html", b"<script>alert(1)</script>", "não é aceito"),
        ("foto.svg", b"<svg onload=alert(1)>", "não é aceito"),
        ("virus.exe", b"MZ", "não é aceito"),
        ("foto.png", b"<script>", "não é aceito"),
        ("nota.txt", b"a\x00b", "não é aceito"),
        ("foto.webp", b"RIFF1234WAVE", "não é aceito"),
        ("sem-extensao", PDF, "não é aceito"),
        ("vazio.pdf", b"", "está vazio"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_sentence(customer, name, content, sentence):
    answer = send(log_in(), customer, content=content, name=name)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_413_and_the_limit(customer, settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024

    answer = send(log_in(), customer, content=PDF + b"x" * 1024 * 1024)

    assert answer.status_code == 413
    assert "o limite é 1 MB" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_no_file_at_all_is_told(customer):
    answer = log_in().post(f"/clientes/{customer.number}/arquivos/enviar/", {})

    assert answer.status_code == 422
    assert "Escolha um arquivo." in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\rg.pdf", "rg.pdf"),
        ("ficha\u202efdp.exe.pdf", "fichafdp.exe.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        (".pdf.pdf", "pdf.pdf"),
    ],
)
def test_names_bring_no_paths_and_no_tricks(customer, sent, kept):
    send(log_in(), customer, name="a.pdf", call_it=sent)

    assert Attachment.objects.get().name == kept


def test_a_name_that_came_with_the_file_is_cut_and_one_that_was_typed_is_refused(customer):
    send(log_in(), customer, name="x" * 300 + ".pdf")
    answer = send(log_in(), customer, name="a.pdf", call_it="x" * 300 + ".pdf")

    assert answer.status_code == 422
    assert len(Attachment.objects.get().name) <= 150


def test_a_file_is_renamed_and_keeps_what_it_is(customer):
    client = log_in()
    send(client, customer)
    path = f"/clientes/{customer.number}/arquivos/{Attachment.objects.get().pk}/renomear/"

    assert client.post(path, {"name": "  "}).status_code == 422
    client.post(path, {"name": "Contrato assinado.exe"})

    assert Attachment.objects.get().name == "Contrato assinado.exe.pdf"
    assert "attachment.renamed" in verbs()


def test_a_removed_file_is_hidden_and_kept(customer):
    client = log_in()
    send(client, customer)
    kept = Attachment.objects.get()
    path = f"/clientes/{customer.number}/arquivos/{kept.pk}/"

    client.post(f"{path}remover/")

    assert client.get(path).status_code == 404
    assert client.post(f"{path}remover/").status_code == 404
    kept.refresh_from_db()
    assert kept.removed_at is not None
    assert kept.file.storage.exists(kept.file.name)
    assert "contrato.pdf" not in text(client, f"/clientes/{customer.number}/arquivos/").replace("aria-label", "")
    assert "attachment.removed" in verbs()


def test_a_file_that_is_gone_from_the_disk_is_told(customer):
    client = log_in()
    send(client, customer)
    kept = Attachment.objects.get()
    kept.file.storage.delete(kept.file.name)

    answer = client.get(f"/clientes/{customer.number}/arquivos/{kept.pk}/", follow=True)

    assert "não está mais no disco" in answer.content.decode()
    assert "attachment.seen" not in verbs()


def test_who_only_reads_sends_nothing(customer):
    accountant = log_in(Role.ACCOUNTANT)

    assert send(accountant, customer).status_code == 403
    assert 'type="file"' not in text(accountant, f"/clientes/{customer.number}/arquivos/")
