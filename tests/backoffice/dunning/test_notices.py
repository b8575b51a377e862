"""Avisos a entregar: the list, letters for many at once with what the law asks for, and the proof of a delivery."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from malha.core import clock, pdf
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import CustomerGroup, VisibleGroup
from malha.dunning.models import Notice
from malha.journeys import charge_changes, notices
from malha.staff.roles import Role
from tests import make
from tests.backoffice.customers.one import log_in, text
from tests.dunning_make import TODAY, late, run
from tests.world import at

pytestmark = pytest.mark.django_db
URL = "/simulacao/avisos/"


@pytest.fixture(autouse=True)
def company():
    make.company(phone="+5535988000204", email="contato@valefibra.example", street="Rua Direita", number="100")


def letters(client: Client, *rows: Notice) -> str:
    html = text(client, f"{URL}cartas/", query_params={"id": [row.pk for row in rows]})
    return html.replace("\xa0", " ")


def test_only_what_nobody_has_seen_and_is_still_owed_stands_in_the_list():
    late("Não Viu", notice=None)
    late("Viu")
    paid = late("Pagou", notice=None)
    paid.charges.update(state="PAID", paid_on=TODAY)

    html = text(log_in(), URL)

    assert "Não Viu" in html and "1 aviso é devido e ninguém viu ainda." in html
    assert "Pagou" not in html and ">Viu<" not in html


def test_a_notice_of_an_earlier_pendency_still_waits_when_the_charge_counts_again():
    contract = late("Contestou", notice=None)
    charge = contract.charges.get()
    with clock.frozen(at(TODAY)):
        charge_changes.contest(charge=charge, note="não usei", actor=SYSTEM)
    assert "Contestou" not in text(log_in(), URL)

    with clock.frozen(at(TODAY, 10)):
        charge_changes.settle_contest(charge=charge, note="usou", actor=SYSTEM)

    assert "Contestou" in text(log_in(), URL)


def test_it_can_be_narrowed_by_name_and_kind():
    late("José da Silva", notice=None)
    late("Ana", notice=None)

    html = text(log_in(), URL, query_params={"q": "jose"})

    assert "José da Silva" in html and ">Ana<" not in html
    assert "Nenhum aviso assim espera." in text(log_in(), URL, query_params={"tipo": "rescisao"})


def test_an_empty_list_says_that_everybody_was_told():
    assert "Todo mundo foi avisado" in text(log_in(), URL)


def test_a_letter_says_everything_that_the_law_asks_for():
    late("Rosa Maria Duarte", notice=None)

    html = letters(log_in(), Notice.objects.get())

    assert "Aviso de débito e suspensão do serviço" in html and "Rosa Maria Duarte" in html
    assert "A cobrança 1 de fevereiro de 2026, do contrato 1, venceu em 20/02/2026" in html  # reason, month
    assert "R$ 123,02 (R$ 119,90, multa de R$ 2,40, juros de R$ 0,72)" in html  # amount
    assert "a internet é suspensa a partir de 25/03/2026, nunca antes de 15 dias depois deste aviso" in html  # terms of suspension
    assert "Depois de 60 dias de suspensão, e de outro aviso, o contrato pode ser rescindido." in html  # terms of termination
    assert "Depois da rescisão a dívida pode ser incluída em órgãos de proteção ao crédito" in html
    assert "o serviço volta em no máximo 1 dia, sem nenhuma taxa" in html  # time to restore
    assert "Vale Fibra" in html and "(35) 98800-0204" in html


def test_letters_for_many_are_one_document_and_the_printing_is_recorded():
    for name in ("Rosa", "Ana", "Caio"):
        late(name, notice=None)
    client = log_in(Role.ATTENDANT)

    answer = client.post(f"{URL}imprimir/", {"all": "1", "query": "q="}, follow=True)
    html = answer.content.decode()

    assert html.count('class="letter"') == 3
    assert HistoryEntry.objects.get(verb="notices.printed").after == {"count": 3}
    assert Notice.objects.filter(delivered_on__isnull=False).count() == 0


def test_the_same_as_a_pdf():
    if not pdf.is_available():
        pytest.skip("this machine makes no PDFs")
    late("Rosa", notice=None)

    answer = log_in().get(f"{URL}cartas/pdf/", {"id": Notice.objects.get().pk})

    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_a_delivery_needs_its_proof_and_starts_the_days():
    contract = late("Rosa", notice=None)
    notice = Notice.objects.get()
    client = log_in(Role.ATTENDANT)
    asked = client.post(f"{URL}entregar/", {"id": notice.pk})
    assert "1 aviso foi entregue hoje." in asked.content.decode() and "correm os 15 dias" in asked.content.decode()
    fields = {"id": notice.pk, "confirmed": "1", "channel": "LETTER"}

    without = client.post(f"{URL}entregar/", {**fields, "proof": " "})
    assert without.status_code == 422 and "Diga como o aviso foi entregue" in without.content.decode()
    client.post(f"{URL}entregar/", {**fields, "proof": "AR BR123, recebida por Ana"})

    notice.refresh_from_db()
    assert (notice.delivered_on, notice.channel, notice.proof) == (TODAY, "LETTER", "AR BR123, recebida por Ana")
    assert "Depois de 60 dias de suspensão" in notice.content
    contract.refresh_from_db()
    assert contract.standing == "PENDING"
    assert HistoryEntry.objects.get(verb="contract.notice_delivered").reason == "AR BR123, recebida por Ana"
    run(TODAY + timedelta(days=15))
    contract.refresh_from_db()
    assert contract.standing == "BLOCKED"


def test_many_deliveries_at_once_leave_out_what_was_seen_meanwhile():
    for name in ("Rosa", "Ana"):
        late(name, notice=None)
    first, second = Notice.objects.order_by("pk")
    with clock.frozen(at(TODAY)):
        notices.deliver(notice=first, channel="PAGE", proof="página vista", actor=make.user().actor())

    fields = {"id": [first.pk, second.pk], "confirmed": "1", "channel": "CONTACT", "proof": "por telefone, Marina"}
    answer = log_in().post(f"{URL}entregar/", fields, follow=True)

    assert "1 entrega registrada." in answer.content.decode()
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.channel, second.channel) == ("PAGE", "CONTACT")


def test_nothing_chosen_is_said():
    assert "Nenhum aviso escolhido." in log_in().post(f"{URL}entregar/").content.decode()
    assert "Nenhum aviso escolhido." in log_in().post(f"{URL}imprimir/", follow=True).content.decode()
    assert "já foram entregues" in letters(log_in())


def test_other_groups_are_out_of_reach():
    late("De Fora", notice=None)
    user = make.user(Role.FINANCE)
    VisibleGroup.objects.create(user=user, group=CustomerGroup.objects.create(name="Condomínios"))
    client, notice = log_in(user=user), Notice.objects.get()

    assert "De Fora" not in text(client, URL) and "De Fora" not in letters(client, notice)
    client.post(f"{URL}entregar/", {"id": notice.pk, "confirmed": "1", "channel": "LETTER", "proof": "x"})
    notice.refresh_from_db()
    assert notice.delivered_on is None


@pytest.mark.parametrize(("role", "may"), [(Role.FINANCE, True), (Role.ATTENDANT, True), (Role.ACCOUNTANT, False)])
def test_each_role_is_offered_what_it_may(role, may):
    late("Rosa", notice=None)
    client = log_in(role)

    assert ("Registrar entrega" in text(client, URL)) is may
    assert (client.post(f"{URL}entregar/").status_code != 403) is may
    assert (client.get(f"{URL}cartas/").status_code != 403) is may


def test_statements_do_not_grow_with_the_number_of_notices():
    client = log_in()
    counted = []
    for number in (1, 6):
        for n in range(number):
            late(f"Cliente {n}", notice=None)
        rows = list(Notice.objects.all())
        text(client, URL), letters(client, *rows)
        with CaptureQueriesContext(connection) as listed:
            text(client, URL)
        with CaptureQueriesContext(connection) as printed:
            letters(client, *rows)
        counted.append((len(listed), len(printed)))
    assert counted[0] == counted[1]
    assert counted[1][0] <= 12 and counted[1][1] <= 20
