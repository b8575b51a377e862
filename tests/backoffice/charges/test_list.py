"""Cobranças: the list at the door."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache

from malha.billing.models import Charge, ChargeLine
from malha.contracts.models import CollectionMethod, Contract
from malha.core import history
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.customers.models import Address, Customer, VisibleGroup
from malha.customers.services import groups
from malha.domain.money import Money
from malha.staff.roles import Role
from tests import billing_make, make
from tests.backoffice.charges.desk import HTMX, TODAY, late, log_in, monthly, receiving, said, text

pytestmark = pytest.mark.django_db
LIST = "/cobrancas/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def found(answer) -> list[str]:
    """The numbers of the charges on the page."""
    return re.findall(r'<a class="nm" href="/cobrancas/(\d+)/">', text(answer))


def number(charge: Charge) -> str:
    return str(charge.number)


def tile(page: str, label: str) -> str:
    """`R$ 119,90 1 cobrança` of a situation on top."""
    cut = re.search(rf"</span>{label}</span>(.*?)</a>", page, re.DOTALL)
    assert cut, label
    return " ".join(re.sub(r"<[^>]+>", " ", cut[1]).split())


def many(count: int) -> None:
    """Charges of as many customers, without going through the services one by one."""
    method = make.collection_method()
    addresses = Address.objects.bulk_create(Address(city="Monte Claro") for _ in range(count))
    people = Customer.objects.bulk_create(
        Customer(number=n, name=f"Pessoa {n:04d}", search_name=f"pessoa {n:04d}", address=address)
        for n, address in enumerate(addresses, 1000)
    )
    made = Charge.objects.bulk_create(
        Charge(
            number=n, customer=one, kind="ONE_OFF", issued_on=TODAY, due_date=date(2026, 3, 1) + timedelta(days=n % 30),
            total=Money(10_000 + n), collection_method=method,
        )
        for n, one in enumerate(people, 1000)
    )  # fmt: skip
    history.record(people[0], "customer.created", actor=SYSTEM)
    ChargeLine.objects.bulk_create(ChargeLine(charge=one, position=1, kind="OTHER", description="Visita", amount=one.total) for one in made)


def test_a_line_says_what_is_owed_by_whom_since_when():
    client, charge = log_in(), late(make.customer(name="Rosa Maria Duarte"))

    page = text(client.get(LIST))

    for words in (
        "Visita técnica", number(charge), "Rosa Maria Duarte", "06/03", "4 dias", "Em atraso", "Informal", "R$ 119,90", "R$ 122,46",
    ):  # fmt: skip
        assert words in page, words


def test_at_first_the_month_is_shown_and_every_other_span_is_a_click_away():
    client = log_in()
    old, now = late(days=30), late()
    soon, next_month = billing_make.charge(due_date=date(2026, 3, 15)), billing_make.charge(due_date=date(2026, 4, 2))
    today = billing_make.charge(due_date=TODAY)

    def of(query: str) -> list[str]:
        return found(client.get(LIST + query))

    assert of("") == [number(now), number(today), number(soon)]
    assert of("?vencimento=hoje") == [number(today)]
    assert of("?vencimento=7dias") == [number(today), number(soon)]
    assert of("?vencimento=tudo") == [number(old), number(now), number(today), number(soon), number(next_month)]
    assert of("?desde=01/02/2026&ate=2026-03-06") == [number(old), number(now)]
    assert "Vencimento: março/2026" in text(client.get(LIST))


def test_each_situation_has_its_count_and_sum_and_a_click_filters():
    client = log_in()
    open_, overdue = billing_make.charge(amount="10,00"), late(amount="20,00")
    paid, partly = billing_make.charge(amount="30,00"), billing_make.charge(amount="40,00")
    cancelled, trusted = billing_make.charge(amount="50,00"), late(make.customer(), amount="60,00")
    contract = make.contract(trusted.customer)
    Charge.objects.filter(pk=trusted.pk).update(contract=contract)
    Contract.objects.filter(pk=contract.pk).update(standing_cause="TRUST")
    for charge, value in ((paid, "30,00"), (partly, "15,00")):
        seen = {"seen": "4000:1500"}
        client.post(f"/clientes/{charge.customer.number}/receber/", receiving(charge, value=value, token=value * 4, **seen))
    client.post(f"/cobrancas/{cancelled.number}/cancelar/", {"reason": "em dobro"})

    page = text(client.get(LIST))

    wanted = {
        "Em aberto": ("10,00", open_, "abertas"), "Em atraso": ("20,00", overdue, "atraso"), "Efetuada": ("30,00", paid, "pagas"),
        "Parcial": ("25,00", partly, "parciais"), "Em observação": ("60,00", trusted, "observacao"),
        "Cancelada": ("50,00", cancelled, "canceladas"),
    }  # fmt: skip
    for label, (amount, charge, slug) in wanted.items():
        assert tile(page, label) == f"R$ {amount} 1 cobrança", label
        assert f'href="/cobrancas/?situacao={slug}"' in page
        assert found(client.get(f"{LIST}?situacao={slug}")) == [number(charge)], label
    assert len(found(client.get(LIST))) == 6


def test_paid_ones_say_when_how_much_and_where():
    client, charge = log_in(), late()
    client.post(f"/clientes/{charge.customer.number}/receber/", receiving(charge, value="122,46", way="PIX"))

    page = text(client.get(f"{LIST}?situacao=pagas"))

    assert "Valor pago" in page and "Local" in page and "Atualizado hoje" not in page
    assert "R$ 122,46" in page and "Pix · Caixa" in page and "10/03" in page


def test_found_by_number_name_and_login_whatever_the_month():
    client = log_in()
    access = make.access(make.contract(make.customer(name="Rosângela Toledo")), username="toledo.casa")
    hers, other = late(access.contract.customer, days=60), late(make.customer(name="Outra Pessoa", cpf_cnpj="", phones=()), days=60)

    for asked in ("rosangela", "toledo.casa", f"nº {hers.number}"):
        assert number(hers) in found(client.get(LIST, {"q": asked})), asked
    assert found(client.get(LIST, {"q": "toledo.casa"})) == [number(hers)]
    assert found(client.get(LIST, {"q": "outra"})) == [number(other)]
    assert "Nenhuma cobrança com “zulmira”" in text(client.get(LIST, {"q": "zulmira"}))
    assert "<script>" not in text(client.get(LIST, {"q": "<script>x</script>"}))


def test_filtered_by_means_and_amount():
    client = log_in()
    other = CollectionMethod.objects.create(name="Boleto do banco")
    cheap, dear = billing_make.charge(amount="10,00"), billing_make.charge(amount="500,00", collection_method_id=other.pk)

    assert found(client.get(f"{LIST}?meio={other.pk}")) == [number(dear)]
    assert found(client.get(f"{LIST}?valor_de=100")) == [number(dear)]
    assert found(client.get(f"{LIST}?valor_ate=99,90")) == [number(cheap)]
    assert "Meio de pagamento: Boleto do banco" in text(client.get(f"{LIST}?meio={other.pk}"))


@pytest.mark.parametrize("column", ["numero", "cliente", "vencimento", "atraso", "situacao", "meio", "valor", "hoje"])
def test_every_column_sorts_both_ways(column):
    client = log_in()
    made = [
        late(make.customer(name="Ana"), amount="10,00", days=8),
        late(make.customer(name="Bia"), amount="300,00", days=2),
        billing_make.charge(make.customer(name="Caio"), "20,00"),
    ]

    up, down = found(client.get(f"{LIST}?order={column}")), found(client.get(f"{LIST}?order=-{column}"))

    assert sorted(up) == sorted(down) == sorted(number(one) for one in made)
    if column != "meio":
        assert up != down
    if column == "hoje":
        assert down == [number(made[1]), number(made[2]), number(made[0])]
    if column == "atraso":
        assert down[0] == number(made[0])


@pytest.mark.parametrize("column", ["pagamento", "pago", "local"])
def test_the_columns_of_paid_ones_sort_too(column):
    client = log_in()
    for amount in ("10,00", "20,00"):
        charge = billing_make.charge(amount=amount)
        client.post(f"/clientes/{charge.customer.number}/receber/", receiving(charge, value=amount, token=amount * 4))

    assert len(found(client.get(f"{LIST}?situacao=pagas&order=-{column}"))) == 2


def test_a_wrong_address_still_opens():
    client, charge = log_in(), late()

    wrong = "?situacao=x&vencimento=y&desde=31/02/2026&ate=zz&meio=abc&meio=9999999999999&valor_de=muito&order=password&page=zzz"
    assert client.get(LIST + wrong).status_code == 200
    assert found(client.get(f"{LIST}?vencimento=y&page=99999999999")) == [number(charge)]


def test_htmx_gets_table_totals_and_chips_and_the_short_address():
    client = log_in()
    late()

    answer = client.get(f"{LIST}?q=&situacao=atraso&meio=", headers=HTMX)

    page = text(answer)
    assert "<html" not in page and 'id="lista"' in page and page.count('hx-swap-oob="true"') == 4
    assert answer["HX-Push-Url"] == "/cobrancas/?situacao=atraso" and "HX-Request" in answer["Vary"]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["vencimento", "meio", "valor"])
def test_a_filter_offers_its_choices_in_the_chip_and_as_a_page(name):
    client = log_in()

    part = text(client.get(f"{LIST}filtro/{name}/?q=rosa&page=3", headers=HTMX))
    assert "<html" not in part and 'name="q" value="rosa"' in part and 'name="page"' not in part
    assert "<html" in text(client.get(f"{LIST}filtro/{name}/"))
    assert client.get(f"{LIST}filtro/senha/").status_code == 404


def test_only_a_filter_that_was_chosen_can_be_taken_off():
    client = log_in()
    late()

    assert "Tirar este filtro" not in text(client.get(LIST))
    assert 'href="/cobrancas/?situacao=atraso">' in text(client.get(f"{LIST}?vencimento=tudo&situacao=atraso"))


def test_an_empty_list_says_what_comes_next():
    client = log_in()
    assert "Elas são feitas sozinhas" in text(client.get(LIST))
    billing_make.charge(due_date=date(2026, 3, 25))

    page = text(client.get(f"{LIST}?situacao=atraso"))
    assert "Nada em atraso." in page and "Próximo vencimento: 25/03." in page
    assert "Nenhuma cobrança com estes filtros" in text(client.get(f"{LIST}?valor_de=9999"))


def test_a_page_of_fifty_costs_at_most_fifteen_statements_and_1200_nodes(django_assert_max_num_queries):
    client = log_in()
    many(120)
    client.get(LIST)
    paid = Charge.objects.order_by("due_date").first()
    assert paid is not None
    client.post(f"/clientes/{paid.customer.number}/receber/", receiving(paid, value=paid.total.format_number()))

    cache.clear()
    with django_assert_max_num_queries(15):
        page = text(client.get(f"{LIST}?q=pessoa&meio={paid.collection_method_id}"))
    table = page[page.index("<table") : page.index("</table>")]
    assert len(re.findall(r"<[a-z]", table)) <= 1200
    assert page.count("data-sel ") == 50
    second = text(client.get(f"{LIST}?page=2"))
    assert "51–100" in second and 'rel="prev" href="?page=1"' in second and 'rel="next" href="?page=3"' in second


def test_the_number_of_statements_does_not_grow_with_the_lines(django_assert_num_queries):
    client = log_in()
    many(3)
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)
    for n in range(5):
        monthly(make.customer(name=f"Rosa {n}"))
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_charges_of_customers_outside_the_groups_are_not_seen():
    user = make.user(Role.FINANCE)
    mine, other = late(), late()
    group = groups.create(name="Centro", actor=SYSTEM)
    Customer.objects.filter(pk=mine.customer_id).update(group=group)
    VisibleGroup.objects.create(user=user, group=group)
    client = log_in(user=user)

    assert found(client.get(LIST)) == [number(mine)]
    for tail in ("", "2a-via/", "cancelar/"):
        assert client.get(f"/cobrancas/{other.number}/{tail}").status_code == 404
    assert client.get(f"/clientes/{other.customer.number}/receber/").status_code == 404
    assert number(other) not in [row[0] for row in read_csv(client.get(f"{LIST}exportar/?vencimento=tudo"))[1:]]


def read_csv(answer) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode()
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


def test_the_list_is_exported_as_filtered_and_the_export_is_recorded():
    client = log_in()
    late(make.customer(name="=cmd"), amount="10,00")
    billing_make.charge(amount="500,00")

    head, line = read_csv(client.get(f"{LIST}exportar/?situacao=atraso"))

    assert head[:5] == ["Cobrança", "Descrição", "Nº do cliente", "Cliente", "Vencimento"]
    assert line[3] == "'=cmd" and line[4:7] == ["06/03/2026", "4", "Em atraso"] and line[8] == "10,00"
    entry = HistoryEntry.objects.get(verb="charges.exported")
    assert entry.after["rows"] == 1 and entry.after["filters"] == {"situacao": ["atraso"]}


def test_what_is_ticked_or_everything_meant_is_exported():
    client = log_in()
    one = late()
    late()

    assert [row[0] for row in read_csv(client.post(f"{LIST}exportar/", {"id": [one.pk, "x"], "query": ""}))[1:]] == [number(one)]
    assert len(read_csv(client.post(f"{LIST}exportar/", {"all": "1", "query": "?situacao=atraso"}))) == 3


def test_many_are_postponed_after_asking_and_what_cannot_be_stays():
    client = log_in()
    first, second, paid = late(), late(), late()
    client.post(f"/clientes/{paid.customer.number}/receber/", receiving(paid, value="122,46"))
    ids = {"id": [first.pk, second.pk, paid.pk], "query": "?situacao=atraso"}

    asked = text(client.post(f"{LIST}prorrogar/", ids))
    assert "2 cobranças em aberto" in asked and "1 das selecionadas não está em aberto" in asked
    wrong = client.post(f"{LIST}prorrogar/", {**ids, "due_date": "01/01/2026", "reason": "férias"})
    assert wrong.status_code == 422 and "passado" in text(wrong)
    answer = client.post(f"{LIST}prorrogar/", {**ids, "due_date": "20/03/2026", "reason": "férias"})

    assert answer["Location"] == "/cobrancas/?situacao=atraso" and said(answer) == ["2 cobranças prorrogadas."]
    assert Charge.objects.filter(state="OPEN", due_date=date(2026, 3, 20), replaces__in=[first, second]).count() == 2


def test_many_are_cancelled_with_a_reason():
    client = log_in()
    first, _second = late(), late()

    assert client.post(f"{LIST}cancelar/", {"all": "1", "query": "", "reason": ""}).status_code == 422
    client.post(f"{LIST}cancelar/", {"all": "1", "query": "", "reason": "emitidas por engano"})

    assert list(Charge.objects.values_list("state", flat=True)) == ["CANCELLED", "CANCELLED"]
    assert "Nenhuma das cobranças selecionadas está em aberto" in text(client.post(f"{LIST}cancelar/", {"id": [first.pk]}))


@pytest.mark.parametrize(
    ("role", "sees", "edits", "exports"),
    [
        (Role.FINANCE, 200, 200, 200), (Role.ATTENDANT, 200, 403, 403), (Role.ACCOUNTANT, 200, 403, 200),
        (Role.TECHNICIAN, 403, 403, 403), (Role.SALES, 403, 403, 403),
    ],
)  # fmt: skip
def test_who_may_what(role, sees, edits, exports):
    client, charge = log_in(role), late()

    assert client.get(LIST).status_code == sees
    assert client.post(f"{LIST}prorrogar/", {"id": [charge.pk]}).status_code == edits
    assert client.get(f"{LIST}exportar/").status_code == exports
    assert ("/cobrancas/" in text(client.get("/clientes/")).split("</aside>")[0]) is (sees == 200)
    if sees == 200:
        assert ("data-sel " in text(client.get(LIST))) is (edits == 200)


def test_the_menu_counts_what_is_late():
    client = log_in()
    late()
    late()
    billing_make.charge()
    cache.clear()

    menu = text(client.get(LIST)).split("</aside>")[0]
    assert re.search(r'Cobranças<span class="n">2</span>', menu)
