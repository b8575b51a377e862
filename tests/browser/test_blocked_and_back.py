"""A demo customer who does not pay: blocked by the timetable, on the router, told by the notice page, paid at the counter, browsing."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, context_of, log_in
from tests.browser.product import Product
from tests.browser.test_every_screen import AXE, RULES, RUN
from tests.support.raw_router_client import RawClient

# The next day on which the run will block somebody, if nobody pays before.
NEXT_BLOCK = """
from datetime import timedelta
from malha.core import clock
from malha.journeys import delinquency
days = (clock.today() + timedelta(days=n) for n in range(1, 60))
print(next(day for day in days if any(
    outcome.decision.standing == "BLOCKED" != outcome.known.situation.standing for outcome in delinquency.rehearse(day)
)))
"""
# Whom the run of this morning blocked, with one PPPoE login that is online on an address of the block pool.
BLOCKED = """
import json
from ipaddress import ip_address
from malha.core import clock
from malha.dunning.models import PendencyStep
from malha.network.models import Access, Session
steps = PendencyStep.objects.filter(run__local_date=clock.today(), kind="BLOCKED")
rows = Access.objects.filter(contract__in=steps.values("pendency__contract"), contract__standing="BLOCKED", method="PPPOE")
found = []
for access in rows.select_related("contract__customer", "router", "plan").order_by("pk"):
    session = Session.objects.filter(access=access).first()
    first, _dash, last = access.router.block_pool_ranges.partition("-")
    is_paged = session and ip_address(first) <= ip_address(session.address) <= ip_address(last)
    if is_paged and access.contract.accesses.count() == 1:
        customer = access.contract.customer
        found.append([customer.name, customer.number, access.username, access.router.name, access.plan.profile_name, session.address])
print(json.dumps(found))
"""
ADDRESS = """
from malha.network.models import Session
print(*Session.objects.filter(access__username=%r).exclude(address=%r).values_list("address", flat=True))
"""
# Somebody on each of the pages that are not the block's, on a router that nobody reads, so that no address is there twice.
OTHERS = """
import json
from datetime import timedelta
from malha.contracts.models import Contract
from malha.core import clock
from malha.network.models import Access, Router, Session
lines = Router.objects.create(name="Linhas do teste", host="127.0.0.1", port=1, is_active=False)
def online(address, **wanted):
    access = Access.objects.filter(**{f"contract__{name}": value for name, value in wanted.items()}).order_by("pk").last()
    Session.objects.create(router=lines, access=access, method="PPPOE", username=access.username, address=address, read_at=clock.now())
    return access.contract_id
online("10.99.0.1", state="SUSPENDED")
online("10.99.0.2", state="ACTIVE", standing="PENDING")
trusted = online("10.99.0.3", state="ACTIVE", standing="CLEAR", standing_cause="")
Contract.objects.filter(pk=trusted).update(standing_cause="TRUST", standing_until=clock.today() + timedelta(days=2))
print(json.dumps({
    "10.99.0.1": "Sua internet está suspensa a seu pedido",
    "10.99.0.2": "Sua fatura venceu",
    "10.99.0.3": "Sua internet está liberada em confiança",
    "10.99.0.4": "Está tudo certo com sua fatura",
}))
"""
PATIENCE_SECONDS = 40
Found = TypeVar("Found")


@dataclass(frozen=True)
class Blocked:
    """Somebody whom the run has blocked. `profile`: what the plan is called on the router; `address`: where the browser is now."""

    name: str
    number: int
    login: str
    router: str
    profile: str
    address: str


def soon(look: Callable[[], Found]) -> Found:
    """What `look` finds, as soon as it is something."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.5)
    assert found
    return found


def entry(product: Product, one: Blocked) -> dict[str, str]:
    """The login as the router itself tells it, over a connection of ours."""
    box = next(router for router in product.routers if router["name"] == one.router)
    with RawClient(int(box["port"]), str(box["host"])) as client:
        client.login(str(box["username"]), str(box["password"]))
        (row,) = client.rows("/ppp/secret/print", f"?name={one.login}")
        sessions = client.rows("/ppp/active/print", f"?name={one.login}")
    return row | {"address-now": sessions[0]["address"] if sessions else ""}


@pytest.fixture(scope="module")
def blocked(moving: Product) -> Blocked:
    """The clock goes on, day by day, until the timetable has blocked somebody who is online."""
    for _attempt in range(6):
        moving.manage("day", moving.inside(NEXT_BLOCK))
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if found := json.loads(moving.inside(BLOCKED)):
                return Blocked(*found[0])
            time.sleep(1)
    raise AssertionError("in six days of blocks nobody was online")


@pytest.fixture
def counter(moving: Product, browser: Browser) -> Iterator[Page]:
    """The attendant's browser."""
    context = context_of(browser)
    page = context.new_page()
    log_in(page, moving, "joana")
    yield page
    context.close()


def at_home(browser: Browser, product: Product, address: str, *, dark: bool = False, scripts: bool = False) -> Page:
    """A phone on the subscriber's line, at the notice page. Its scripts are off, as on a line on which nothing works."""
    context = context_of(browser, PHONE, dark=dark, scripts=scripts)
    context.set_extra_http_headers({"X-Forwarded-For": address})
    page = context.new_page()
    page.goto(f"{product.notice_address}/aviso/")
    return page


def released(page: Page, product: Product) -> int:
    """How many releases the Painel counts in *Do pagamento à navegação*."""
    page.goto(f"{product.address}/painel/?agora=1")
    number = page.locator("section[aria-labelledby=liberacao] div:has(> .k-l:text-is('Liberações')) > .k-v")
    return int(number.inner_text().replace(".", "")) if number.count() else 0


@pytest.mark.parametrize("is_dark", [False, True])
def test_the_page_of_the_block_shuts_nobody_out(moving: Product, blocked: Blocked, browser: Browser, is_dark: bool):
    phone = at_home(browser, moving, blocked.address, dark=is_dark, scripts=True)
    phone.evaluate(AXE)
    found = phone.evaluate(RUN, RULES)["violations"]

    expect(phone.get_by_role("heading", level=1)).to_have_text("Sua internet está bloqueada")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    phone.context.close()


def test_blocked_told_paid_and_browsing_again(moving: Product, blocked: Blocked, counter: Page, browser: Browser):
    before = released(counter, moving)

    # The router has the block, and the subscriber's browser stands before the page of it.
    row = soon(lambda: (now := entry(moving, blocked))["profile"] == "malha-bloqueado" and now)
    assert row["disabled"] == "false"
    assert row["address-now"] == blocked.address
    phone = at_home(browser, moving, blocked.address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sua internet está bloqueada")
    owed = phone.locator(".v").inner_text().replace("R$", "").strip()
    assert re.fullmatch(r"[\d.]+,\d\d", owed)
    expect(phone.get_by_text(f"{blocked.name.split()[0]}, ")).to_be_visible()

    # The attendant sees why, and receives what the page asks for.
    counter.goto(f"{moving.address}/clientes/{blocked.number}/")
    expect(counter.get_by_text("Por que bloqueado?")).to_be_visible()
    counter.get_by_role("main").get_by_role("link", name="Receber").first.click()
    dialog = counter.locator("dialog#receber, main form[data-save-form]").first
    expect(counter.get_by_label("Valor recebido")).to_have_value(re.compile(r"[\d.]+,\d\d"))
    late = counter.get_by_label("Valor recebido").input_value()
    assert late == owed
    dialog.locator("[data-save]").click()
    expect(counter.get_by_role("heading", level=1)).to_contain_text("Recibo nº")

    # The router has let go, and the page has nothing more to say. For a moment the profile is right and the old session not dropped yet.
    row = soon(
        lambda: (now := entry(moving, blocked))["profile"] == blocked.profile and now["address-now"] not in ("", blocked.address) and now
    )
    assert row["disabled"] == "false"
    address = soon(lambda: moving.inside(ADDRESS % (blocked.login, blocked.address)))
    assert address == entry(moving, blocked)["address-now"]
    phone.context.close()
    phone = at_home(browser, moving, address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Está tudo certo com sua fatura")
    phone.context.close()

    # The Painel counts it, with the time that it took.
    assert soon(lambda: released(counter, moving) - before) == 1


def test_no_other_page_shuts_anybody_out(moving: Product, browser: Browser):
    for address, heading in json.loads(moving.inside(OTHERS)).items():
        for is_dark in (False, True):
            phone = at_home(browser, moving, address, dark=is_dark, scripts=True)
            expect(phone.get_by_role("heading", level=1)).to_have_text(heading)
            phone.evaluate(AXE)
            found = phone.evaluate(RUN, RULES)["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
            assert len(phone.content().encode()) <= 20_000
            phone.context.close()
