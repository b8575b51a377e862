"""One process per database, with Django on it, that does what `bench.run` asks and says how long it took.

Requests and answers are lines of JSON on standard input and output, so that two databases can be asked in turn: whatever else
the machine does then slows both alike.
"""

import json
import resource
import secrets
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client

from bench import money, seed, seed_money
from malha.contracts.data import ContractData
from malha.contracts.models import Plan
from malha.core import clock, history
from malha.core.history import SYSTEM
from malha.customers.data import CustomerData
from malha.customers.models import Customer
from malha.dunning.models import DunningPolicy
from malha.journeys.onboarding import SignUp, sign_up
from malha.network.data import AccessData
from malha.network.models import Access, Router
from malha.staff import tokens
from malha.staff.models import Role, User, UserSession

warnings.simplefilter("ignore")
_client: Client


def prepare(customers: int) -> dict[str, Any]:
    """Migrate, seed, log in."""
    global _client
    call_command("migrate", verbosity=0)
    DunningPolicy.objects.get_or_create(name="Padrão", defaults={"is_default": True})
    started = time.perf_counter()
    seed.fill(customers)
    seconds = time.perf_counter() - started
    user = User.objects.create(username="bench", name="Bench", role=Role.ADMIN, session_minutes=600, password="!")
    _client = Client()
    _client.force_login(user)
    session = _client.session
    session["seen"] = clock.now().isoformat()
    session.save()
    UserSession.objects.create(user=user, session_key=session.session_key, started_at=clock.now(), seen_at=clock.now())
    return {"seconds": seconds}


def get(path: str, times: int = 1, cold: bool = False, htmx: bool = False) -> dict[str, Any]:
    """Ask for a page; with `cold`, something changes before each try, so nothing kept still holds. The last byte counts."""
    headers = {"HX-Request": "true"} if htmx else {}
    seconds, size, before = [], 0, work()
    for _ in range(times):
        if cold:
            change()
        started = time.perf_counter()
        answer = _client.get(path, headers=headers)
        size = sum(map(len, answer.streaming_content)) if answer.streaming else len(answer.content)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return {"seconds": seconds, "bytes": size, "work": work() - before}


def change() -> None:
    """Something happened, as it does all the time: a line in the history."""
    customer = Customer.objects.order_by("pk").first()
    assert customer
    history.record(customer, "customer.changed", actor=SYSTEM, customer_id=customer.pk)


def work() -> float:
    """Seconds that processors have worked for us so far, here and in the database; what a request costs on a machine of its own."""
    processes = ["self"]
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        processes.append(str(connection.connection.info.backend_pid))
    return sum(int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) for process in processes) / 1e9


def texts(count: int) -> dict[str, Any]:
    """What people type to find somebody who exists: `count` of each kind, drawn evenly from the whole base."""
    step = max(Customer.objects.count() // count, 1)
    people = list(Customer.objects.filter(pk__in=range(11, step * count + 11, step)).values_list("pk", "name", "cpf_cnpj", "main_phone"))
    accesses = list(
        Access.objects.filter(contract__customer__in=[row[0] for row in people], seen_ip__isnull=False).values_list(
            "username", "seen_ip", "seen_mac"
        )
    )
    words = [name.split() for _, name, _, _ in people]
    return {
        "people": [row[0] for row in people],
        "name": [" ".join(name) for name in words],
        "name part": [f"{name[0]} {name[-1][:4]}" for name in words],
        "CPF": [f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}" if len(cpf) == 11 else cpf for _, _, cpf, _ in people],
        "phone": [f"({phone[3:5]}) {phone[5:]}" for *_, phone in people],
        "login": [username for username, _, _ in accesses],
        "IP": [ip for _, ip, _ in accesses],
        "MAC": [mac for _, _, mac in accesses],
    }


def sign_ups(seconds: float) -> dict[str, Any]:
    """Register customers one after the other with the seed's minimum: name, due day, login, password, router, plan."""
    router, plan = Router.objects.order_by("pk").first(), Plan.objects.order_by("pk").first()
    assert router and plan
    until, durations, before = time.perf_counter() + seconds, [], work()
    while time.perf_counter() < until:
        mark = secrets.token_hex(5)
        data = SignUp(
            customer=CustomerData(name=f"Novo Cliente {mark}"),
            contract=ContractData(due_day=20),
            accesses=(AccessData(username=f"novo.{mark}", password="rimuda-482", router_id=router.pk, plan_id=plan.pk),),
        )
        started = time.perf_counter()
        sign_up(data=data, actor=SYSTEM, token=mark)
        durations.append(time.perf_counter() - started)
    return {"seconds": durations, "work": work() - before}


def api_sign_ups(seconds: float) -> dict[str, Any]:
    """The same through POST /api/v1/sign-ups."""
    router, plan = Router.objects.order_by("pk").first(), Plan.objects.order_by("pk").first()
    assert router and plan
    user = User.objects.get(username="bench")
    _, token = tokens.create(name="bench", scopes=tokens.SCOPES, by=user, actor=SYSTEM)
    before = work()
    client, durations, until = Client(headers={"Authorization": f"Bearer {token}"}), [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        mark = secrets.token_hex(5)
        body = {
            "name": f"Novo Cliente {mark}", "due_day": 20, "login": f"novo.{mark}", "password": "rimuda-482",
            "router": router.pk, "plan": plan.pk,
        }  # fmt: skip
        started = time.perf_counter()
        answer = client.post("/api/v1/sign-ups", body, content_type="application/json", headers={"Idempotency-Key": mark})
        durations.append(time.perf_counter() - started)
        if answer.status_code != 201:
            return {"seconds": [], "words": f"{answer.status_code} {answer.content[:200]!r}"}
    return {"seconds": durations, "work": work() - before}


def peak() -> dict[str, Any]:
    """The most memory this process ever had, in megabytes."""
    return {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


VERBS: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare, "get": get, "texts": texts, "sign_ups": sign_ups, "api_sign_ups": api_sign_ups, "peak": peak,
    "billing_day": money.billing_day, "dunning_day": money.dunning_day,
    "seed_money": seed_money.fill, "clear_money": seed_money.clear,
}  # fmt: skip


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = VERBS[asked.pop("do")](**asked)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
