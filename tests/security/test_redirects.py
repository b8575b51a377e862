"""No address of ours leads anywhere else, whatever stands in it."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.security.test_pages_nonsense import all_forms, filled, undone
from tests.security.world import World, body_of, pages

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "/\t/evil.example/",
    "https://testserver@evil.example/",
    " //evil.example",
)
NAMES = ("next", "retomar", "query", "do", "campo", "q", "back", "url", "return_to", "nome")


def leaves(location: str) -> bool:
    """Would a browser leave this system (it takes `\\` for `/` and drops tabs)?"""
    cleaned = location.strip().replace("\\", "/").replace("\t", "")
    target = urlsplit(urljoin("http://testserver/x/", cleaned))
    return bool(cleaned) and (target.scheme, target.netloc) != ("http", "testserver")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_page_leads_elsewhere(elsewhere: str, world: World) -> None:
    client = world.client(raise_request_exception=False)
    led = []
    for place in pages():
        answer = client.get(world.path(place), dict.fromkeys(NAMES, elsewhere))
        body_of(answer)
        led += [place.name for name in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url") if leaves(answer.headers.get(name, ""))]

    assert led == []


@pytest.mark.parametrize("elsewhere", ELSEWHERE[:3])
def test_no_form_leads_elsewhere(elsewhere: str, world: World) -> None:
    client = world.client(raise_request_exception=False)
    led = []
    for place, form in all_forms(world, client):
        data = {**filled(form), **{name: [elsewhere] for name in NAMES if name in form.names or name == "next"}}

        def send(action: str = form.action, data: dict[str, list[str]] = data, name: str = place.name) -> object:
            answer = client.post(action, data, headers={"referer": elsewhere})
            if leaves(answer.headers.get("Location", "")) or leaves(answer.headers.get("HX-Redirect", "")):
                led.append(name)
            return answer

        assert undone(client, send) < 500, place.name

    assert led == []
