"""A provider with a router full of logins moves in."""

from malha.contracts.models import Contract
from malha.core.history import SYSTEM
from malha.customers.models import Customer
from malha.journeys import router_import
from malha.network.models import Access, Router, SyncState
from malha.network.services import commands
from tests import make
from tests.support.lanes import PROFILE, SECRET, Serve, settled
from tests.support.router_process import RouterProcess


def prepare(process: RouterProcess, router: Router, serve: Serve) -> None:
    process.add(PROFILE, name="FIBRA-300")
    process.add(PROFILE, name="ANTIGO")
    for name, profile, comment in (
        ("rosa", "FIBRA-300", "Rosa Duarte"),
        ("joao", "FIBRA-300", ""),
        ("Maria", "FIBRA-300", "com maiuscula"),
        ("ana", "ANTIGO", "Ana Toledo"),
    ):
        process.add(SECRET, name=name, password=f"senha-{name}", service="pppoe", profile=profile, comment=comment)
    commands.ask_audit(router=router, actor=SYSTEM)
    serve(router).round()


def test_logins_become_draft_customers_and_go_on_working(process: RouterProcess, router: Router, serve: Serve) -> None:
    prepare(process, router, serve)
    plan = make.plan(name="Fibra 300", profile_name="malha-fibra-300")
    choice = {"FIBRA-300": plan.pk}

    lines = {line.login: line for line in router_import.rehearse(router=router, plans=choice)}
    assert {name: line.action for name, line in lines.items()} == {"rosa": "create", "joao": "create", "Maria": "refused", "ana": "refused"}
    assert all(line.words for line in lines.values() if line.action == "refused")
    done = router_import.import_logins(
        router=router, ids=[line.divergence_id for line in lines.values()], plans=choice, due_day=10, actor=SYSTEM
    )
    serve(router).round()

    assert sorted(line.action for line in done) == ["done", "done", "refused", "refused"]
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Rosa Duarte", "joao"]
    assert {row.username: (row.password, row.sync_state) for row in Access.objects.all()} == {
        "rosa": ("senha-rosa", SyncState.APPLIED),
        "joao": ("senha-joao", SyncState.APPLIED),
    }
    assert set(Contract.objects.values_list("state", "auto_block")) == {("ACTIVE", False)}
    assert {row["password"] for row in process.dump(SECRET)} == {"senha-rosa", "senha-joao", "senha-Maria", "senha-ana"}
    settled(router)


def test_importing_twice_makes_nothing_twice(process: RouterProcess, router: Router, serve: Serve) -> None:
    prepare(process, router, serve)
    choice = {"FIBRA-300": make.plan().pk}
    ids = list(router.divergences.values_list("pk", flat=True))

    router_import.import_logins(router=router, ids=ids, plans=choice, due_day=10, actor=SYSTEM)
    again = router_import.import_logins(router=router, ids=ids, plans=choice, due_day=10, actor=SYSTEM)
    serve(router).round()
    router_import.import_logins(router=router, ids=ids, plans=choice, due_day=10, actor=SYSTEM)

    assert {line.action for line in again} == {"waiting", "refused"}
    assert Customer.objects.count() == Access.objects.count() == 2
