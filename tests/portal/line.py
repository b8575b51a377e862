"""A subscriber's line: an address with a live session, and a browser behind it."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from malha.contracts.models import Contract
from malha.core import clock
from malha.domain.access.types import Method
from malha.network.models import Access, Router, Session
from tests import make
from tests.world import World, at

DUE = date(2026, 3, 20)  # a Friday
NOTICE = date(2026, 3, 23)
BLOCK = date(2026, 4, 7)  # 20 March + 18 days; a Tuesday
IP = "100.64.8.21"
PHONE = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/84.0 Mobile Safari/537.36"


def subscriber(ip: str = IP, *, price: str = "119,90", **values: Any) -> Contract:
    """A contract of 10 March with one access that is connected under `ip`."""
    access = make.access(make.contract(of=make.customer(**values), due_day=20), plan=make.plan(price=price))
    connect(access, ip)
    return access.contract


def connect(access: Access, ip: str = IP, router: Router | None = None, minutes_ago: int = 0) -> Session:
    """A live session as the router was read."""
    return Session.objects.create(
        router=router or access.router,
        access=access,
        method=Method.PPPOE,
        username=access.username,
        address=ip,
        read_at=clock.now() - timedelta(minutes=minutes_ago),
    )


def live(until: date, *, delivers: bool = False) -> clock.frozen:
    """Live until that evening; then it is its morning: `with live(NOTICE): …`. The routers were read just now."""
    World(date(2026, 3, 10), delivers=delivers).to(until)
    moment = at(until, 10)
    Session.objects.update(read_at=moment)
    return clock.frozen(moment)


class Line(Client):
    """A browser behind an address. `line.page()` opens the notice page, `line.press(page, "continuar")` presses its button."""

    def __init__(self, ip: str = IP, user_agent: str = PHONE, **options: Any) -> None:
        super().__init__(REMOTE_ADDR=ip, headers={"user-agent": user_agent}, enforce_csrf_checks=True, **options)

    def page(self, query: str = "", **options: Any) -> HttpResponse:
        return self.get(f"/aviso/{query}", **options)

    def press(self, page: HttpResponse, button: str, **changes: str) -> HttpResponse:
        """With what the page's own form carries."""
        assert f'action="/aviso/{button}/"' in text(page), f"no button {button} on the page"
        return self.post(f"/aviso/{button}/", {"token": hidden(page, "token"), "de": hidden(page, "de"), **changes})


def text(page: HttpResponse) -> str:
    return page.content.decode()


def hidden(page: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    _before, found, rest = text(page).partition(f'name="{name}" value="')
    return rest.partition('"')[0] if found else ""
