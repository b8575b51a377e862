"""Nonsense in every address and every form of every page: an answer, never a crash, never SQL (failure mode F61, issue 2 I)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.backoffice.walk import Place
from tests.security.forms import Form, PageParts, read
from tests.security.world import World, body_of, pages

PAGES = pages()
NONSENSE = ("'", '"%\\', "\x00", "-1", "9" * 30, "x" * 10_000, "2026-02-30", "٣")
IN_FORMS = ("\x00", "9" * 30, "-9" * 15, "x" * 10_000, "'\"><script>alert(1)</script>", "٣")
# On long forms only these are tried field by field; the others fill all fields at once.
ONE_BY_ONE, FEW = ("9" * 30, "x" * 10_000), 8
COMMON = ("q", "order", "page", "campo", "next", "do")
SWITCHED_ELSEWHERE = {"csrfmiddlewaretoken"}
# What makes an empty form a right one, by the last part of a field's name: only then does one wrong field reach the services.
FILLED = {
    "name": "Outro nome", "due_day": "10", "price": "99,90", "sva_price": "10,00", "download_kbps": "300", "upload_kbps": "150",
    "reason": "Pedido", "text": "Ligar", "host": "10.9.9.9", "body": "<p>Texto</p>", "username": "novo.login",
    "ranges": "100.64.1.2-100.64.1.9",
    "amount": "10,00", "counted": "0,00", "description": "Troco", "due_date": "20/03/2027", "legal_name": "Fornecedor",
    "role": "SALES", "scopes": "customers:read", "enabled_methods": "PPPOE", "date": "12/10/2027", "person_type": "INDIVIDUAL",
}  # fmt: skip


def filled(form: Form) -> dict[str, list[str]]:
    """The form as somebody sends it who filled in what is required."""
    data = form.data()
    for name in form.names:
        value = FILLED.get(name.split("-")[-1])
        if value and not any(data.get(name, [])):
            data[name] = [value]
    return data


def parts_of(client: Client, path: str) -> PageParts | None:
    """What a page offers; None for what is no page."""
    answer = client.get(path)
    body = body_of(answer)
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return None
    return read(body.decode(), path)


def undone(client: Client, send: Callable[[], Any]) -> int:
    """The status of a request whose writes are forgotten again; its constraints are looked at as at its end."""
    cookies = client.cookies.output()
    with transaction.atomic():
        answer = send()
        body_of(answer)
        status: int = answer.status_code
        if status < 500:
            connection.check_constraints()
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:  # it logged out, or changed the session's key: that is undone too
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return status


def test_every_page_has_something_on_it(world: World) -> None:
    client = world.client()
    answers = {place.name: client.get(world.path(place)) for place in PAGES}

    assert [name for name, answer in answers.items() if body_of(answer) is not None and answer.status_code == 404] == []


def test_no_parameter_of_any_page_is_more_than_text(world: World) -> None:
    client = world.client(raise_request_exception=False)
    crashes = []
    seen = 0
    for place in PAGES:
        path = world.path(place)
        parts = parts_of(client, path)
        own = sorted(parts.parameters) if parts else []
        for value in NONSENSE:
            for sent in [dict.fromkeys([*own, *COMMON], value), *({name: value} for name in own)]:
                seen += 1
                status = undone(client, lambda path=path, sent=sent: client.get(path, sent))
                if status >= 500:
                    crashes.append((place.name, sent if len(sent) == 1 else "all", status))

    assert crashes == [], crashes
    assert seen > 1000


def all_forms(world: World, client: Client) -> Iterator[tuple[Place, Form]]:
    known: set[tuple[str, tuple[str, ...]]] = set()
    for place in PAGES:
        parts = parts_of(client, world.path(place))
        for form in parts.forms if parts else []:
            key = (re.sub(r"\d+", "0", form.action), tuple(form.names))
            if form.method == "post" and key not in known:
                known.add(key)
                yield place, form


@pytest.mark.slow
@pytest.mark.parametrize("value", IN_FORMS, ids=lambda value: repr(value[:12]))
def test_every_field_of_every_form_may_hold_nonsense(value: str, world: World) -> None:
    client = world.client(raise_request_exception=False)
    crashes = []
    forms = list(all_forms(world, client))
    for place, form in forms:
        names = [name for name in form.names if name not in SWITCHED_ELSEWHERE]
        first, *others = form.buttons or [("", "")]
        changes: list[tuple[tuple[str, str], dict[str, str]]] = [(button, dict.fromkeys(names, value)) for button in (first, *others)]
        if value in ONE_BY_ONE or len(names) <= FEW:
            changes += [(first, {name: value}) for name in names]
        for (button, pressed), change in changes:
            data = {**filled(form), button: [pressed], **{name: [each] for name, each in change.items()}}
            status = undone(client, lambda form=form, data=data: client.post(form.action, data))
            if status >= 500:
                crashes.append((place.name, form.action, list(change) if len(change) == 1 else "all", status))

    assert crashes == [], crashes
    assert len(forms) > 40


# A name for oneself is cut to its length; nobody else reads it.
CUT_SHORT = {"/clientes/visoes/"}


def test_a_name_of_ten_thousand_characters_is_refused_by_every_form(world: World) -> None:
    client = world.client()
    taken, tried = [], 0
    for place, form in all_forms(world, client):
        for name in form.names:
            if name.split("-")[-1] in ("name", "username", "legal_name", "trade_name") and form.action not in CUT_SHORT:
                tried += 1
                pressed = dict([button for button in form.buttons if button == ("do", "save")] or form.buttons[:1])
                data = {**filled(form), **{key: [value] for key, value in pressed.items()}, name: ["á" * 10_000]}
                if undone(client, lambda form=form, data=data: client.post(form.action, data)) != 422:
                    taken.append((place.name, form.action, name))

    assert taken == [], taken
    assert tried >= 15
