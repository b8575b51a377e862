"""*Continuar navegando* on the router: the address stands on the list of those who have read the notice, and no longer than asked."""

from datetime import timedelta

import pytest

from malha.core import clock
from malha.core.history import SYSTEM
from malha.network.models import Router, RouterCommand
from malha.network.services import commands
from tests.support.lanes import Serve
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db
LIST = "/ip/firewall/address-list"


def ask(router: Router, **time: int) -> RouterCommand:
    until = clock.now() + timedelta(**time)
    return commands.ask_silence(router_id=router.pk, address="100.64.8.21", until=until, actor=SYSTEM)


def test_the_address_is_silent_for_what_is_left_of_the_time(process: RouterProcess, router: Router, serve: Serve) -> None:
    command = ask(router, hours=24)

    with clock.frozen(clock.now() + timedelta(hours=23)):
        serve(router).round()

    row = process.row(LIST, list="malha-ciente", address="100.64.8.21")
    assert row is not None and row["timeout"] in ("1h", "59m59s")
    command.refresh_from_db()
    assert (command.outcome, command.due_at) == ("ok", None)


def test_a_router_that_comes_back_too_late_is_left_alone(process: RouterProcess, router: Router, serve: Serve) -> None:
    command = ask(router, hours=1)

    with clock.frozen(clock.now() + timedelta(hours=2)):
        serve(router).round()

    assert process.row(LIST, list="malha-ciente") is None
    command.refresh_from_db()
    assert command.outcome == "expired" and command.words


def test_what_the_router_refuses_is_told_and_not_tried_again(process: RouterProcess, router: Router, serve: Serve) -> None:
    command = ask(router, hours=1)
    RouterCommand.objects.filter(pk=command.pk).update(arguments={**command.arguments, "address": "não é endereço"})

    serve(router).round()

    command.refresh_from_db()
    assert command.outcome == "refused" and "address" in command.words and command.due_at is None
    router.refresh_from_db()
    assert router.health == "ONLINE"
