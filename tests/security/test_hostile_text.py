"""Hostile text in every text column of one of everything: on every page and every part of a page it is text (failure mode F63)."""

import re

from malha.contracts.models import TemplateVersion
from malha.contracts.services import templates
from tests.backoffice.test_escaping import EVIL, poison
from tests.security.test_pages_nonsense import all_forms, filled, undone
from tests.security.world import World, body_of, pages

# Markup made of what was typed: a tag, an attribute, or a way out of one.
ALIVE = re.compile(r"<script>alert|<[^>]*=\s*\"[^\"]*\"'>|javascript:alert", re.IGNORECASE)


def test_every_page_and_every_part_shows_it_as_text(world: World) -> None:
    poison()
    # The one text that is markup is cleaned when it is saved, so it is never stored otherwise.
    TemplateVersion.objects.update(body=templates.clean(f"<p onclick='x()'>{EVIL}</p><img src=x onerror=alert(1)>"))
    client = world.client()
    alive, shown = [], 0
    for place in pages():
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(world.path(place), headers=headers)
            body = body_of(answer).decode(errors="replace")
            if "html" in answer.headers.get("Content-Type", ""):
                shown += "&lt;script&gt;alert(1)" in body
                alive += [place.name] if ALIVE.search(body) else []

    assert alive == []
    assert shown > 60


def test_a_refused_form_gives_it_back_as_text(world: World) -> None:
    client = world.client()
    alive = []
    for place, form in all_forms(world, client):
        names = [name for name in form.names if name not in ("csrfmiddlewaretoken", "do", "action", "block")]
        data = {**filled(form), **{name: [EVIL] for name in names}}

        def send(action: str = form.action, data: dict[str, list[str]] = data, name: str = place.name) -> object:
            answer = client.post(action, data)
            if ALIVE.search(body_of(answer).decode(errors="replace")):
                alive.append(name)
            return answer

        undone(client, send)

    assert alive == []
