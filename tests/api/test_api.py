"""The door for programs: keys, scopes, pages, status codes, and that no list gives a password away."""

import re
from datetime import timedelta

import pytest

from malha.api.urls import v1
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.network.models import Access, RouterCommand
from malha.staff import tokens
from malha.staff.models import ApiToken
from tests import make
from tests.api.conftest import Program, sign_up_body


def test_without_a_key_nothing_opens(program):
    answer = program.client.get("/api/v1/customers")

    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (401, "unauthorized", "Bearer")


def test_a_key_in_the_address_opens_nothing(program):
    for name in ("token", "api_key", "key", "access_token"):
        assert program.client.get("/api/v1/customers", {name: program.secret}).status_code == 401


def test_the_secret_is_stored_only_as_a_hash(program):
    stored = " ".join(str(value) for row in ApiToken.objects.values() for value in row.values())

    assert program.secret not in stored
    assert tokens.digest_of(program.secret) in stored


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"revoked_at": clock.now()},
        lambda: {"expires_at": clock.now() - timedelta(seconds=1)},
        lambda: {"allowed_ips": ["203.0.113.0/24"]},
    ],
)
def test_a_revoked_expired_or_misplaced_key_opens_nothing(program, change):
    ApiToken.objects.update(**change())

    assert program.get("/customers").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("scope", sorted(tokens.SCOPES))
def test_a_scope_opens_its_own_operations_only(scope):
    make.company()
    program = Program(scope)

    for path, methods in v1.get_openapi_schema()["paths"].items():
        for method in methods:
            answer = program.call(method.upper(), _concrete(path), {} if method != "get" else None)
            wanted = _scope_of(path, method)
            assert (answer.status_code == 403) is (wanted != scope), (method, path, answer.status_code, answer.content[:200])


def _concrete(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path.removeprefix("/api/v1"))


def _scope_of(path: str, method: str) -> str:
    room = path.removeprefix("/api/v1/").split("/")[0]
    if room == "sign-ups":
        return "sign-ups:write"
    if path.endswith("/password"):
        return "accesses:password"
    if path.endswith("/customers/{customer_id}/cancel"):
        return "contracts:write"
    if path.endswith("/charges/{charge_id}/settle"):
        return "payments:write"  # who makes charges does not say that they are paid
    room = "charges" if room in ("booklets", "agreements", "billing") else room
    return f"{room}:{'read' if method == 'get' else 'write'}"


def test_a_key_without_scope_or_with_a_wrong_address_is_not_made(db):
    with pytest.raises(BusinessError) as refused:
        tokens.create(name="", scopes=["tudo"], by=make.user(), allowed_ips=["abc"], actor=SYSTEM)

    assert set(refused.value.fields) == {"name", "scopes", "allowed_ips"}


def test_pages_are_walked_by_cursor_without_hole_or_repeat(program):
    for n in range(7):
        make.customer(name=f"Cliente {n}")

    seen, cursor = [], ""
    while True:
        page = program.get(f"/customers?limit=3{'&cursor=' + cursor if cursor else ''}").json()
        seen += [row["number"] for row in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == list(range(1, 8))


def test_updated_since_follows_changes(program):
    make.customer(name="Antes")
    since = clock.now()
    make.customer(name="Depois")

    page = program.get(f"/customers?updated_since={since.isoformat().replace('+00:00', 'Z')}").json()

    assert [row["name"] for row in page["items"]] == ["Depois"]


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "cursor=abc", "updated_since=ontem"])
def test_a_senseless_page_is_refused(program, query):
    assert program.get(f"/customers?{query}").status_code == 422


def test_a_list_page_takes_a_constant_number_of_statements(program, django_assert_max_num_queries):
    for n in range(12):
        make.customer(name=f"Cliente {n}")

    with django_assert_max_num_queries(6):
        program.get("/customers?limit=12")


def test_a_patch_changes_what_is_sent_and_leaves_the_rest(program):
    customer = make.customer()

    answer = program.call("PATCH", f"/customers/{customer.pk}", {"email": "nova@exemplo.com.br"})

    assert answer.status_code == 200
    assert (answer.json()["email"], answer.json()["name"]) == ("nova@exemplo.com.br", "Rosa Maria Duarte")
    assert [row["number"] for row in answer.json()["phones"]] == ["+5535988000204"]
    assert answer.json()["address"]["street"] == "Rua das Acácias"


def test_a_contract_is_blocked_released_and_cancelled(program):
    ids = program.post("/sign-ups", sign_up_body()).json()
    path = f"/contracts/{ids['contract']['id']}"

    assert program.post(f"{path}/block", {}).status_code == 422
    assert program.post(f"{path}/block", {"reason": "Pedido"}).json()["standing"] == "BLOCKED"
    assert program.post(f"{path}/block", {"reason": "Pedido"}).status_code == 409
    assert program.post(f"{path}/release", {}).json()["standing"] == "CLEAR"
    assert program.post(f"{path}/cancel", {"reason": "Mudança"}).json()["state"] == "CANCELLED"
    assert program.post(f"{path}/cancel", {"reason": "Mudança"}).status_code == 409


def test_an_access_is_added_changed_disconnected_and_removed(program):
    done = program.post("/sign-ups", sign_up_body()).json()
    access = done["accesses"][0]
    other = make.plan(price="149,90")

    added = program.post(
        "/accesses",
        {
            "contract_id": done["contract"]["id"],
            "username": "rosa.casa2",
            "password": make.PASSWORD,
            "router_id": access["router_id"],
            "plan_id": other.pk,
        },
    )
    changed = program.call("PATCH", f"/accesses/{access['id']}", {"plan_id": other.pk, "username": "rosa.nova"})
    kicked = program.post(f"/accesses/{access['id']}/disconnect", {"reason": "Teste"})
    gone = program.call("DELETE", f"/accesses/{added.json()['id']}", {"reason": "Teste"})

    assert (added.status_code, changed.status_code, kicked.status_code, gone.status_code) == (201, 200, 202, 200)
    assert (changed.json()["username"], changed.json()["plan_id"], changed.json()["sync_state"]) == (
        "rosa.nova",
        other.pk,
        "modified",
    )
    assert RouterCommand.objects.get().access_id == access["id"]
    assert gone.json()["sync_state"] == "removing"
    items = program.get(f"/contracts/{done['contract']['id']}").json()["items"]
    assert [row["amount"] for row in items] == ["149.90"]


def test_a_password_is_read_one_at_a_time_and_the_history_knows(program):
    access = program.post("/sign-ups", sign_up_body()).json()["accesses"][0]

    answer = program.get(f"/accesses/{access['id']}/password")

    assert answer.json() == {"password": make.PASSWORD}
    assert HistoryEntry.objects.filter(verb="access.password_seen", actor_kind="api").count() == 1


def test_no_other_answer_has_a_password(program):
    program.post("/sign-ups", sign_up_body())
    schema = v1.get_openapi_schema()

    for name, component in schema["components"]["schemas"].items():
        if name.endswith("Out") and name != "PasswordOut":
            assert not any("password" in field or "secret" in field for field in component["properties"]), name
    for path in ("/accesses", "/routers", "/customers", f"/accesses/{Access.objects.get().pk}"):
        text = program.get(path).content.decode()
        assert make.PASSWORD not in text and "segredo" not in text


def test_a_plan_is_made_changed_and_its_accesses_follow(program):
    plan = program.post(
        "/plans", {"name": "Fibra 600 Mega", "price": "129.90", "download_kbps": 600000, "upload_kbps": 300000}
    ).json()
    program.post("/sign-ups", sign_up_body(plan="fibra 600 mega"))
    Access.objects.update(sync_state="applied", due_at=None)

    answer = program.call(
        "PUT",
        f"/plans/{plan['id']}",
        {"name": "Fibra 600 Mega", "price": "139.90", "download_kbps": 650000, "upload_kbps": 300000},
    )

    assert (plan["profile_name"], answer.json()["price"], answer.json()["download_kbps"]) == (
        "malha-fibra-600-mega",
        "139.90",
        650000,
    )
    assert Access.objects.get().sync_state == "modified"
    contract = program.get("/contracts").json()["items"][0]
    assert contract["items"][0]["amount"] == "129.90"


def test_money_as_a_number_is_refused(program):
    answer = program.post("/plans", {"name": "X", "price": 129.9, "download_kbps": 1, "upload_kbps": 1})

    assert answer.status_code == 422


def test_unknown_records_answer_404(program):
    rooms = ("customers", "contracts", "accesses", "plans", "routers", "charges", "payments", "booklets", "agreements")
    for path in (*(f"/{room}/9" for room in rooms), "/contracts/9/standing"):
        assert program.get(path).status_code == 404, path
