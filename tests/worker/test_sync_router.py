"""`bin/malha sync_router`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from malha.network.models import Router
from tests import make
from tests.support.lanes import SECRET
from tests.support.router_process import RouterProcess

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("sync_router", *arguments, stdout=out)
    return out.getvalue()


def test_brings_what_is_due_and_lists_what_differs(process: RouterProcess, router: Router) -> None:
    make.access(router=router, username="rosa")
    process.add(SECRET, name="antena", password="x", service="pppoe", profile="default")

    words = said(router.name, "--audit")

    assert "due: ok" in words and "STRANGER ppp/secret antena" in words
    assert process.row(SECRET, name="rosa") is not None


def test_says_why_it_cannot(process: RouterProcess, router: Router) -> None:
    process.kill()

    with pytest.raises(CommandError, match="Connection refused"):
        said(router.name)
    with pytest.raises(CommandError, match="no router"):
        said("nenhum")
