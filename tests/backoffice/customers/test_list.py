"""The list of customers at the door."""

import csv
import io
import re

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from malha.backoffice.models import SavedView
from malha.contracts.models import Contract
from malha.core import history
from malha.core.history import SYSTEM
from malha.core.models import Company, HistoryEntry
from malha.customers.data import AddressData, PhoneData
from malha.customers.models import Address, Contact, Customer
from malha.network.models import Access
from malha.reports import situation_snapshot
from malha.staff.models import Role
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch):
    cache.clear()
    monkeypatch.setattr(situation_snapshot, "_kept", None)


def log_in(role=Role.ADMIN):
    make.company()
    client = Client()
    client.force_login(make.user(role))
    return client


@pytest.fixture
def client():
    return log_in()


def subscriber(name, *, plans=1, due_day=20, **customer):
    customer = make.customer(name=name, **{"cpf_cnpj": "", **customer})
    plan, router = make.plan(), make.router()
    agreed = make.contract(customer, plans=(plan,) * plans, due_day=due_day)
    for n in range(plans):
        Access.objects.create(
            contract=agreed, router=router, plan=plan, username=f"login.{agreed.pk}.{n}", password="x", sync_state="applied"
        )
    return customer


def many(count):
    """Customers with a contract and an access each, without going through the services one by one."""
    plan, router, method = make.plan(), make.router(health="ONLINE"), make.collection_method()
    addresses = Address.objects.bulk_create(Address(district="Jardim Primavera", city="Monte Claro") for _ in range(count))
    customers = Customer.objects.bulk_create(
        Customer(
            number=n,
            name=f"Pessoa {n:04d}",
            search_name=f"pessoa {n:04d}",
            cpf_cnpj="52998224725",
            main_phone="+5535988000204",
            address=address,
        )
        for n, address in enumerate(addresses, 1)
    )
    agreed = Contract.objects.bulk_create(
        Contract(number=n, customer=one, due_day=20, collection_method=method, signed_on=make.TODAY, activated_on=make.TODAY)
        for n, one in enumerate(customers, 1)
    )
    history.record(customers[0], "customer.created", actor=SYSTEM)
    Access.objects.bulk_create(
        Access(contract=one, router=router, plan=plan, username=f"pessoa.{one.number}", password="x", sync_state="applied")
        for one in agreed
    )


def text(answer):
    return answer.content.decode()


def found(answer):
    return re.findall(r'<a class="nm" href="[^"]*">([^<]*)</a>', text(answer))


def test_the_list_says_in_one_line_what_the_phone_call_asks(client):
    subscriber("Rosa Maria Duarte", cpf_cnpj=make.CPF)

    page = text(client.get("/clientes/"))

    for word in (
        "Rosa Maria Duarte",
        "***.982.247-**",
        "Ativo",
        "login.",
        "R$\u00a0119,90",
        "1ª em 20/03",
        "(35) 98800-0204",
        "Vila Aurora",
    ):
        assert word in page, word
    assert "529.982.247-25" not in page
    assert 'href="https://wa.me/5535988000204"' in page


def test_tabs_carry_counts_and_lead_to_their_customers(client):
    subscriber("Rosa")
    Contract.objects.filter(customer=subscriber("Bia")).update(standing="BLOCKED")

    assert found(client.get("/clientes/?aba=bloqueados")) == ["Bia"]
    page = text(client.get("/clientes/"))
    assert re.search(r'aba=bloqueados"[^>]*>.*?Bloqueados <span class="c">1</span>', page)
    assert re.search(r'Todos <span class="c">2</span>', page)


def test_everything_asked_stands_in_the_address_and_a_wrong_address_still_opens(client):
    subscriber("Rosa", address=AddressData(district="Vila Aurora", street="A", number="1"))
    subscriber("Bia", address=AddressData(district="Centro", street="A", number="1"))

    assert found(client.get("/clientes/?bairro=Centro&bairro=Outro&order=-nome&page=1")) == ["Bia"]
    assert found(client.get("/clientes/?order=-nome")) == ["Rosa", "Bia"]
    wrong = "/clientes/?aba=x&servidor=abc&dia=99999999999999999999&conexao=y&desde=31/02/2026&ate=&page=zzz&order=password"
    assert found(client.get(wrong)) == ["Bia", "Rosa"]


def test_htmx_gets_table_tabs_and_chips_and_a_result_to_announce(client):
    subscriber("Rosa")

    answer = client.get("/clientes/?q=rosa&bairro=", **HTMX)

    page = text(answer)
    assert "<html" not in page and 'id="lista"' in page and "data-filter" not in page
    assert page.count('hx-swap-oob="true"') == 5
    assert re.search(r"data-announce>\s*1 resultado", page)
    assert answer["HX-Push-Url"] == "/clientes/?q=rosa"
    assert "HX-Request" in answer["Vary"]


def test_the_part_holds_no_elements_twice(client):
    subscriber("Rosa")

    for answer in (client.get("/clientes/"), client.get("/clientes/", **HTMX)):
        ids = re.findall(r'\sid="([^"]+)"', text(answer))
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Nenhum cliente ainda. Cadastre o primeiro."),
        ("?q=zulmira", "Nenhum cliente com “zulmira”."),
        ("?q=%3Cscript%3E", "Nenhum cliente com “&lt;script&gt;”."),
        ("?aba=bloqueados", "Nenhum cliente nesta situação."),
        ("?bairro=Nenhum", "Nenhum cliente com estes filtros."),
    ],
)
def test_an_empty_list_says_what_to_do(client, query, sentence):
    assert sentence in text(client.get(f"/clientes/{query}"))


def test_six_plans_and_long_names_fit_the_line(client):
    subscriber("Condomínio " + "x" * 130, plans=6)

    page = text(client.get("/clientes/"))

    assert '<span class="tag">+5</span>' in page
    assert '<td class="text-break">' in page


def test_an_access_that_is_not_on_the_router_yet_says_so(client):
    subscriber("Rosa")
    Access.objects.update(sync_state="error")

    assert "Erro no roteador" in text(client.get("/clientes/")) or "erro" in text(client.get("/clientes/")).lower()


def test_page_300_is_a_real_page_with_links_to_its_neighbours(client):
    many(130)

    page = text(client.get("/clientes/?page=2"))

    assert "51–100" in page and 'rel="prev" href="?page=1"' in page and 'rel="next" href="?page=3"' in page


def test_a_page_of_fifty_costs_at_most_fifteen_statements_and_1200_nodes(client, django_assert_max_num_queries):
    many(120)
    client.get("/clientes/")

    cache.clear()
    with django_assert_max_num_queries(15):
        page = text(client.get("/clientes/?q=pessoa&servidor=1&dia=20"))
    page = text(client.get("/clientes/"))

    table = page[page.index("<table") : page.index("</table>")]
    assert len(re.findall(r"<[a-z]", table)) <= 1200
    assert page.count("data-sel ") == 50


def test_the_number_of_statements_does_not_grow_with_the_lines(client, django_assert_num_queries):
    many(3)
    client.get("/clientes/")
    with django_assert_num_queries(12):
        client.get("/clientes/")
    Customer.objects.update(number=F("number") + 1000)
    Contract.objects.update(number=F("number") + 1000)
    for name in ("Ana", "Bia", "Caio"):
        subscriber(name)
    client.get("/clientes/")
    with django_assert_num_queries(12):
        client.get("/clientes/")


def test_a_filter_shows_its_choices_in_the_chip_and_as_a_page(client):
    subscriber("Rosa")

    part = text(client.get("/clientes/filtro/bairro/?q=rosa&bairro=Vila+Aurora&page=3", **HTMX))
    assert 'value="Vila Aurora" checked' in part and 'name="q" value="rosa"' in part and 'name="page"' not in part
    assert "<html" in text(client.get("/clientes/filtro/servidor/"))
    assert 'name="desde"' in text(client.get("/clientes/filtro/cadastro/"))
    assert client.get("/clientes/filtro/senha/").status_code == 404


def test_a_chosen_filter_is_named_in_its_chip(client):
    subscriber("Rosa")

    assert "Bairro: Vila Aurora +1" in text(client.get("/clientes/?bairro=Vila+Aurora&bairro=Zona+rural"))


def test_views_are_kept_listed_and_removed_and_nobody_else_sees_them(client):
    client.post("/clientes/visoes/", {"name": " Serra  ", "query": "?servidor=3&page=7"})
    client.post("/clientes/visoes/", {"name": "Serra", "query": "?servidor=4"})

    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Serra", "?servidor=4")
    assert 'href="/clientes/?servidor=4">Serra</a>' in text(client.get("/clientes/"))
    other = log_in()
    assert "Serra</a>" not in text(other.get("/clientes/"))
    other.post(f"/clientes/visoes/{view.pk}/remover/")
    assert SavedView.objects.count() == 1
    client.post(f"/clientes/visoes/{view.pk}/remover/")
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("data", [{"name": "", "query": "?a=1"}, {"name": "x", "query": "?q=" + "y" * 2000}])
def test_a_view_that_cannot_be_kept_says_why(client, data):
    answer = client.post("/clientes/visoes/", data, follow=True)

    assert SavedView.objects.count() == 0
    assert "note flash bad" in text(answer)


def test_columns_are_chosen_per_person_and_nothing_chosen_brings_the_usual_ones_back(client):
    subscriber("Rosa")

    client.post("/clientes/colunas/", {"column": ["telefone", "numero", "password"], "query": "?q=rosa"})
    page = text(client.get("/clientes/"))
    assert "(35) 98800-0204" in page and "Vila Aurora" not in page and "R$" not in page
    client.post("/clientes/colunas/", {"query": ""})
    assert "Vila Aurora" in text(client.get("/clientes/"))


def read_csv(answer):
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


def test_export_gives_the_filtered_list_and_is_recorded(client):
    subscriber("Rosa", cpf_cnpj=make.CPF)
    subscriber("Bia", address=AddressData(district="Centro", street="A", number="1"))

    head, line = read_csv(client.get("/clientes/exportar/?bairro=Vila+Aurora"))

    assert head[:4] == ["Número", "Nome", "CPF/CNPJ", "Situação"]
    assert line[1:5] == ["Rosa", "529.982.247-25", "Ativo", "(35) 98800-0204"]
    entry = HistoryEntry.objects.get(verb="customers.exported")
    assert entry.after == {"rows": 1, "filters": {"bairro": ["Vila Aurora"]}}
    assert entry.actor_kind == "user"


def test_export_of_the_ticked_rows_holds_only_those(client):
    rosa = subscriber("Rosa")
    subscriber("Bia")

    rows = read_csv(client.post("/clientes/exportar/", {"id": [rosa.pk, "x", "-1"], "query": ""}))

    assert [row[1] for row in rows[1:]] == ["Rosa"]


def test_export_of_everything_selected_follows_the_address(client):
    subscriber("Rosa")
    subscriber("Bia")
    ana = subscriber("Ana")

    rows = read_csv(client.post("/clientes/exportar/", {"id": [ana.pk], "all": "1", "query": "?aba=ativos&order=nome&page=9"}))

    assert [row[1] for row in rows[1:]] == ["Ana", "Bia", "Rosa"]


def test_export_does_not_hand_formulas_to_a_spreadsheet(client):
    subscriber("=cmd|' /C calc'!A0")

    assert read_csv(client.get("/clientes/exportar/"))[1][1].startswith("'=")


@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 200), (Role.ATTENDANT, 403), (Role.TECHNICIAN, 403), (Role.SALES, 403)])
def test_only_who_may_export_can_and_sees_the_button(role, status):
    client = log_in(role)
    subscriber("Rosa")

    assert client.get("/clientes/exportar/").status_code == status
    assert ("exportar" in text(client.get("/clientes/")).split("<table")[0]) is (status == 200)


def test_due_day_is_changed_for_the_selected_after_asking(client):
    rosa, bia = subscriber("Rosa"), subscriber("Bia")

    asked = text(client.post("/clientes/vencimento/", {"id": [rosa.pk], "query": "?q=r"}))
    assert "1 contrato" in asked and f'name="id" value="{rosa.pk}"' in asked
    answer = client.post("/clientes/vencimento/", {"id": [rosa.pk], "query": "?q=r", "due_day": "5"})

    assert answer["Location"] == "/clientes/?q=r"
    assert [contract.due_day for contract in Contract.objects.order_by("pk")] == [5, 20]
    entry = HistoryEntry.objects.filter(verb="contract.changed").get()
    assert (entry.before, entry.after, entry.customer_id) == ({"due_day": 20}, {"due_day": 5}, rosa.pk)
    assert bia.contracts.get().due_day == 20


def test_due_day_of_everything_selected_leaves_cancelled_contracts_alone(client):
    for name in ("Rosa", "Bia"):
        subscriber(name)
    gone = subscriber("Caio")
    Contract.objects.filter(customer=gone).update(state="CANCELLED", cancelled_on=make.TODAY)

    client.post("/clientes/vencimento/", {"all": "1", "query": "", "due_day": "25"})

    assert sorted(Contract.objects.values_list("due_day", flat=True)) == [20, 25, 25]


@pytest.mark.parametrize("day", ["", "31", "0", "abc", "2"])
def test_a_due_day_that_is_not_offered_is_refused_on_the_form(client, day):
    rosa = subscriber("Rosa")

    answer = client.post("/clientes/vencimento/", {"id": [rosa.pk], "due_day": day})

    assert answer.status_code == 422
    assert rosa.contracts.get().due_day == 20


def test_nothing_selected_is_said_in_words(client):
    assert "Nenhum dos clientes selecionados" in text(client.post("/clientes/vencimento/", {"query": ""}))


def test_a_salesperson_changes_only_own_customers():
    make.company()
    person = make.user(Role.SALES)
    client = Client()
    client.force_login(person)
    mine, other = subscriber("Minha"), subscriber("Alheia")
    Customer.objects.filter(pk=mine.pk).update(seller=person)

    client.post("/clientes/vencimento/", {"id": [mine.pk, other.pk], "due_day": "5"})

    assert (mine.contracts.get().due_day, other.contracts.get().due_day) == (5, 20)


def test_search_lists_customers_marks_what_was_typed_and_offers_a_new_one(client):
    subscriber("Rosângela Toledo", phones=(PhoneData(number="(35) 98800-0204"),))

    answer = client.get("/busca/?q=rosa", **HTMX)

    page = text(answer)
    assert "<html" not in page and page.count('role="option"') == 2
    assert "<mark>Rosâ</mark>ngela Toledo" in page
    assert "Novo cliente chamado <b>“rosa”</b>" in page and "name=rosa" in page
    assert "<html" in text(client.get("/busca/?q=rosa"))
    assert text(client.get("/busca/?q=", **HTMX)).strip() == ""


def test_search_escapes_what_was_typed(client):
    page = text(client.get("/busca/?q=%3Cimg+src%3Dx%3E", **HTMX))

    assert "<img" not in page and "&lt;img" in page


def test_search_offers_a_new_customer_only_to_who_may_make_one():
    client = log_in(Role.ACCOUNTANT)
    subscriber("Rosa")

    assert "Novo cliente" not in text(client.get("/busca/?q=rosa", **HTMX))


def test_the_list_needs_no_company_days_and_no_phone(client):
    Company.objects.update(offered_due_days=[])
    subscriber("Rosa", phones=())
    Contact.objects.all().delete()

    page = text(client.get("/clientes/"))

    assert found(client.get("/clientes/")) == ["Rosa"] and "wa.me" not in page


def test_list_and_search_open_by_the_number_not_by_the_key(client):
    """The two part as soon as one registration is undone: PostgreSQL gives no key twice, the number is taken back with it."""
    first, second = subscriber("Ana Primeira"), subscriber("Bruna Segunda")
    Customer.objects.filter(pk=first.pk).update(number=900)
    Customer.objects.filter(pk=second.pk).update(number=first.pk)

    for path in ("/clientes/", "/busca/?q=bruna"):
        page = text(client.get(path, **HTMX))
        assert f"/clientes/{first.pk}/" in page, path  # the number of Bruna now
        assert f"/clientes/{second.pk}/" not in page, path
    assert "Bruna Segunda" in text(client.get(f"/clientes/{first.pk}/"))
