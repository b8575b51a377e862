"""The buttons of the page without a script, and the same buttons with htmx: one more, one less, keep, find the address."""

import pytest
from django.test import Client

from malha.customers.models import Customer
from malha.network.models import Access
from malha.staff.models import User
from tests import make
from tests.backoffice.customers.new_page import URL, access, customer, errors, posted, value_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ana(client: Client) -> User:
    make.company()
    user = make.user("MANAGER", username="ana", name="Ana Souza")
    client.force_login(user)
    return user


def press(client: Client, fields: dict[str, str], button: str, status: int = 200, **options) -> str:
    answer = client.post(URL, {**fields, "do": button}, **options)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_whole_path_of_the_seed_without_a_script(client, ana):
    router, plan = make.router("CCR Centro"), make.plan()

    page = press(client, customer(), "add-access")
    fields = {name: value_of(page, name) or "" for name in ("token", "accesses-0-username", "accesses-0-password")}
    chosen = {"accesses-0-router": str(router.pk), "accesses-0-plan": str(plan.pk)}
    answer = client.post(URL, {**customer(), **fields, **chosen, "do": "save-access:0"})

    assert answer.status_code == 302
    made = Access.objects.get()
    assert (made.username, made.password) == ("rosa.duarte", fields["accesses-0-password"])


def test_a_new_access_proposes_a_free_login_and_a_password_that_can_be_read_out(client, ana):
    make.access(username="rosa.duarte")

    page = press(client, {**customer(), "accesses-0-username": "Rosa.Duarte2"}, "add-access")

    assert value_of(page, "accesses-0-username") == "Rosa.Duarte2"
    assert value_of(page, "accesses-1-username") == "rosa.duarte3"
    assert len(value_of(page, "accesses-1-password") or "") >= 10


def test_without_a_name_no_login_is_made_up(client, ana):
    assert value_of(press(client, {"customer-name": " "}, "add-access"), "accesses-0-username") in ("", None)


def test_adding_judges_nothing_yet_and_keeps_what_is_typed(client, ana):
    page = press(client, customer(**{"customer-name": "", "customer-email": "rosa@"}), "add-phone")

    assert not errors(page)
    assert value_of(page, "customer-email") == "rosa@"
    assert value_of(page, "phones-1-number") is not None


def test_a_removed_row_moves_the_later_ones_up(client, ana):
    phones = {"phones-1-number": "(35) 98800-0001", "phones-2-number": "(35) 98800-0002", "phones-2-owner": "Mãe"}

    page = press(client, customer(**phones), "remove-phone:1")

    assert value_of(page, "phones-1-number") == "(35) 98800-0002"
    assert value_of(page, "phones-1-owner") == "Mãe"
    assert value_of(page, "phones-2-number") is None


def test_the_last_phone_leaves_an_empty_row(client, ana):
    assert value_of(press(client, customer(), "remove-phone:0"), "phones-0-number") in ("", None)


def test_a_removed_access_is_not_saved(client, ana):
    router, plan = make.router(), make.plan()
    fields = {**customer(), **access(router, plan), **access(router, plan, 1)}

    page = press(client, fields, "remove-access:0")

    assert value_of(page, "accesses-0-username") == "rosa.duarte1"
    assert value_of(page, "accesses-1-username") is None


def test_htmx_gets_only_what_changed_with_the_boxes_beside_it(client, ana):
    part = press(client, customer(), "add-access", headers=HTMX)

    assert "<html" not in part
    assert 'id="acessos"' in part
    assert 'id="resumo" hx-swap-oob="innerHTML"' in part
    assert "data-show" in part


def test_keeping_an_access_judges_it_alone(client, ana):
    wrong = {**customer(**{"customer-name": ""}), **access(make.router(), make.plan(), password="x")}

    refused = press(client, wrong, "keep-access:0", 422, headers=HTMX)
    assert errors(refused) == {"accesses-0-password"}
    assert "data-show" in refused

    kept = press(client, {**wrong, "accesses-0-password": make.PASSWORD}, "keep-access:0", headers=HTMX)
    assert not errors(kept)
    assert "data-show" not in kept
    assert not Customer.objects.exists()


def test_an_unknown_button_is_refused(client, ana):
    assert client.post(URL, {**customer(), "do": "explode"}).status_code == 400


@pytest.mark.parametrize("index", ["x", "-1", "99", "9" * 50, ""])
def test_a_row_that_is_not_there_is_no_error(client, ana, index):
    press(client, customer(), f"remove-access:{index}")
    press(client, customer(), f"keep-access:{index}")


def test_forged_counters_do_no_harm(client, ana):
    page = press(client, customer(**{"phones-TOTAL_FORMS": "1000000", "accesses-TOTAL_FORMS": "x"}), "add-phone")

    assert page.count("phones-1-number") > 0
    assert "phones-2-number" not in page


def test_the_other_kind_of_person_changes_the_labels_and_keeps_what_was_typed(client, ana):
    page = press(client, customer(**{"customer-person_type": "COMPANY"}), "add-phone")

    assert "Razão social" in page
    assert value_of(page, "customer-cpf_cnpj") == make.CPF
    assert value_of(page, "customer-rg_ie") == "MG-00.000.000"
    refused = posted(client, customer(**{"customer-person_type": "COMPANY"}))
    assert errors(refused) == {"customer-cpf_cnpj"}
