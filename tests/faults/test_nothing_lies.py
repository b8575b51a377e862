"""Nothing lies: through edits, kills and every fault of a router, no access is shown as applied that does not stand there.

A story of random steps per seed. After each step the register is compared with the routers by a look of our own, apart from the
product's comparison; at the end the faults go, the queue drains, and everything must be equal (issue 2 I, failure modes F24, F37).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from malha.contracts.models import Contract, Plan
from malha.contracts.services import plans as plan_service
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.domain.access import marks
from malha.domain.access.types import Diff
from malha.journeys import blocking, leaving, plan_changes
from malha.network.base import Connection, Target
from malha.network.drivers.mikrotik.driver import MikrotikDriver
from malha.network.models import Access, Router, RouterCommand, SyncState
from malha.network.services import accesses, commands, health, invariants
from malha.worker.lanes import Lane
from tests import make
from tests.support.lanes import PROFILE, SECRET, SHORT, registered, settled
from tests.support.router_process import RouterProcess

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = 45
FAULTS: tuple[dict[str, Any], ...] = (
    {"drop_after": 0, "drop_mode": "after", "only": "writes"},
    {"drop_after": 1, "drop_mode": "before", "only": "writes", "drop_times": 2},
    {"drop_after": 3, "drop_mode": "after", "drop_times": 2},
    {"trap_every": 2, "trap_message": "failure: out of memory", "only": "/ppp/secret"},
    {"trap_every": 1, "only": "/ppp/profile"},
    {"hang_after": 2, "only": "writes"},
    {"hang_after": 3},
    {"truncate_after": 500, "truncate_times": 2},
    {"refuse_login": True},
    {"closed_port": True},
)
WELL = {"drop_after": -1, "trap_every": 0, "hang_after": -1, "truncate_after": -1, "refuse_login": False, "closed_port": False, "only": ""}


class Killed(BaseException):
    """Kill -9: nothing of ours runs after it."""


class Mortal:
    """A connection that dies, or lets something happen, at its n-th call, before the router acted or after."""

    def __init__(self, connection: Connection, at: int, after: bool, happens: Callable[[], object]) -> None:
        self.__dict__.update(connection=connection, left=at, after=after, happens=happens)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.connection, name)
        if name not in ("read", "apply", "claim_owner", "announce", "kick", "sessions", "health"):
            return found

        def call(*args: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                self.happens()
            answer = found(*args, **options)
            if self.left == 0 and self.after:
                self.happens()
            return answer

        return call


class MortalDriver(MikrotikDriver):
    """The real driver with short deadlines and connections of that kind; something may happen between reading and writing."""

    def __init__(self, at: int, after: bool, happens: Callable[[], object], between: Callable[[], object]) -> None:
        super().__init__(deadlines=SHORT)
        self.plan = (at, after, happens)
        self.between: list[Callable[[], object]] = [between]

    def connect(self, target: Target) -> Any:
        return Mortal(super().connect(target), *self.plan)

    def diff(self, *args: Any, **options: Any) -> Diff:
        found = super().diff(*args, **options)
        while self.between:
            self.between.pop()()
        return found


class Story:
    """Two routers, two plans, some customers; and what may happen to them."""

    def __init__(self, seed: int, processes: tuple[RouterProcess, RouterProcess]) -> None:
        self.random = random.Random(seed)
        make.company()
        self.processes = {registered(process).pk: process for process in processes}
        self.plans = [make.plan(f"Plano {n}") for n in range(2)]
        self.contracts = [make.contract(make.customer(name=f"Cliente {n}", cpf_cnpj=""), plans=(self.plans[0],)) for n in range(4)]
        self.names, self.workers = 0, 0
        self.lanes: dict[int, Lane] = {}
        self.log: list[str] = []

    # ---- steps

    def step(self) -> None:
        steps = [self.add, self.edit, self.edit, self.toggle, self.toggle, self.remove, self.move, self.speed, self.cancel]
        steps += [self.fault, self.heal, self.heal, self.round, self.round, self.round, self.round, self.killed, self.interrupted]
        chosen = self.random.choice(steps)
        self.log.append(chosen.__name__)
        try:
            chosen()
        except BusinessError as refusal:
            self.log.append(f"({refusal.code})")

    def add(self) -> None:
        self.names += 1
        self.save_new(f"c{self.names}")

    def save_new(self, name: str) -> None:
        contract = Contract.objects.get(pk=self.random.choice(self.contracts).pk)
        data = make.access_data(
            username=name,
            password=f"senha-{name}",
            router_id=self.random.choice(list(self.processes)),
            plan_id=self.random.choice(self.plans).pk,
        )
        accesses.create(contract=contract, data=data, actor=SYSTEM)

    def some(self) -> Access | None:
        rows = list(Access.objects.select_related("contract").order_by("pk"))
        return self.random.choice(rows) if rows else None

    def edit(self) -> None:
        access = self.some()
        if access is not None:
            self.names += 1
            data = accesses.data_of(access)
            change = self.random.choice(
                [{"password": f"nova-{self.names}"}, {"username": f"r{self.names}"}, {"plan_id": self.random.choice(self.plans).pk}]
            )
            accesses.change(access=access, data=replace(data, **change), actor=SYSTEM)

    def toggle(self) -> None:
        contract = Contract.objects.get(pk=self.random.choice(self.contracts).pk)
        if contract.standing == "BLOCKED":
            blocking.release(contract=contract, reason="x", actor=SYSTEM)
        else:
            blocking.block(contract=contract, reason="x", actor=SYSTEM)

    def remove(self) -> None:
        access = self.some()
        if access is not None:
            accesses.remove(access=access, reason="x", actor=SYSTEM)

    def move(self) -> None:
        access = self.some()
        if access is not None:
            target = self.random.choice(list(self.processes))
            accesses.change(access=access, data=replace(accesses.data_of(access), router_id=target), actor=SYSTEM)

    def speed(self) -> None:
        plan = Plan.objects.get(pk=self.random.choice(self.plans).pk)
        data = replace(plan_service.data_of(plan), download_kbps=self.random.randrange(1_000, 900_000, 1_000))
        plan_changes.change_plan(plan=plan, data=data, reprices=False, actor=SYSTEM)

    def cancel(self) -> None:
        if len(self.contracts) > 2:
            contract = self.contracts.pop()
            leaving.cancel_contract(contract=Contract.objects.get(pk=contract.pk), on=clock.today(), reason="x", actor=SYSTEM)

    def fault(self) -> None:
        self.random.choice(list(self.processes.values())).fault(**{**WELL, **self.random.choice(FAULTS)})

    def heal(self) -> None:
        for process in self.processes.values():
            process.fault(**WELL)
        for router in Router.objects.all():
            if router.health == "STOPPED":
                health.resume(router=router, actor=SYSTEM)
        self.waits_are_over()

    # ---- the worker

    def round(self) -> None:
        commands.hand_over_moves()
        for router_id in self.processes:
            self.lane(router_id).round()

    def lane(self, router_id: int) -> Lane:
        if router_id not in self.lanes:
            self.workers += 1
            self.lanes[router_id] = Lane(router_id, f"w{self.workers}", driver_of=lambda key: MikrotikDriver(deadlines=SHORT))
        return self.lanes[router_id]

    def killed(self) -> None:
        def dies() -> None:
            raise Killed

        self.one_round(self.random.randint(1, 7), self.random.random() < 0.5, dies, lambda: None)

    def interrupted(self) -> None:
        self.one_round(10_000, False, lambda: None, self.somebody_edits)

    def somebody_edits(self) -> None:
        self.log.append("meanwhile")
        for chosen in self.random.sample([self.edit, self.toggle, self.speed, self.remove], 2):
            try:
                chosen()
            except BusinessError:
                self.log.append("(refused)")

    def one_round(self, at: int, after: bool, happens: Callable[[], object], between: Callable[[], object]) -> None:
        router_id = self.random.choice(list(self.processes))
        self.hang_up(router_id)
        self.workers += 1
        driver = MortalDriver(at, after, happens, between)
        lane = Lane(router_id, f"w{self.workers}", driver_of=lambda key: driver)
        try:
            lane.round()
        except Killed:
            self.log.append("died")
            # A dead process gives nothing back: its lease runs out by itself.
            Router.objects.filter(pk=router_id).update(leased_by=lane.worker, lease_until=clock.now())
        finally:
            lane.hang_up()

    def hang_up(self, router_id: int) -> None:
        if lane := self.lanes.pop(router_id, None):
            lane.hang_up()

    def waits_are_over(self) -> None:
        Router.objects.filter(retry_at__isnull=False).update(retry_at=clock.now())
        Access.objects.filter(due_at__isnull=False).update(due_at=clock.now())
        RouterCommand.objects.filter(due_at__isnull=False).update(due_at=clock.now())

    # ---- a look of our own

    def lies(self) -> list[str]:
        """What the register says stands on a router and does not, and what it says is gone and is not."""
        found = []
        tables = {pk: (process.dump(SECRET), process.dump(PROFILE)) for pk, process in self.processes.items()}
        for access in Access.objects.select_related("contract", "plan"):
            mark = f"malha:access:{access.pk}"
            secrets, profiles = tables[access.router_id]
            mine = [row for row in secrets if row.get("comment", "").split(" ")[0] == mark]
            if access.sync_state == SyncState.APPLIED:
                blocked = access.contract.standing == "BLOCKED"
                wanted = {
                    "name": access.username,
                    "password": access.password,
                    "profile": "malha-bloqueado" if blocked else access.plan.profile_name,
                }
                if len(mine) != 1 or {name: mine[0].get(name) for name in wanted} != wanted or mine[0].get("disabled") == "true":
                    found.append(f"{access.username} is called applied, wanted {wanted}, there is {mine}")
                profile = next((row for row in profiles if row["name"] == wanted["profile"]), {})
                speed = f"{access.plan.upload_kbps}k/{access.plan.download_kbps}k"
                if not blocked and _bits(profile.get("rate-limit", "")) != _bits(speed):
                    found.append(f"{access.username} is called applied at {speed}, its profile says {profile}")
            elif access.sync_state == SyncState.REMOVED and mine:
                found.append(f"{access.username} is called removed, there is {mine}")
        return found + [f"nobody takes off {login}" for login in self.left_behind() if not self.is_being_taken_off(*login)]

    def left_behind(self) -> list[tuple[int, int]]:
        """Logins of ours on a router where their access does not live, as (access, router)."""
        home = dict(Access.objects.exclude(sync_state=SyncState.REMOVED).values_list("pk", "router_id"))
        rows = [(pk, marks.access_id_of(row.get("comment", ""))) for pk, process in self.processes.items() for row in process.dump(SECRET)]
        return [(access_id, router_id) for router_id, access_id in rows if access_id and home.get(access_id) != router_id]

    def is_being_taken_off(self, access_id: int, router_id: int) -> bool:
        asked = RouterCommand.objects.filter(access_id=access_id, router_id=router_id, verb="remove_access", due_at__isnull=False)
        return asked.exists() or Access.objects.filter(pk=access_id, previous_router_id=router_id).exists()


def _bits(rate: str) -> tuple[int, ...]:
    sizes = {"k": 1_000, "M": 1_000_000, "G": 1_000_000_000}
    first = rate.split(" ")[0]
    return tuple(int(part[:-1]) * sizes[part[-1]] if part[-1:] in sizes else int(part) for part in first.split("/") if part)


@pytest.fixture
def two() -> Iterator[tuple[RouterProcess, RouterProcess]]:
    with RouterProcess() as one, RouterProcess(version="6.49.10") as other:
        yield one, other


@pytest.mark.parametrize("seed", (0, 3, 5, 6, 42, 144))
def test_nothing_is_called_applied_that_does_not_stand_there(seed: int, two: tuple[RouterProcess, RouterProcess]) -> None:
    story = Story(seed, two)
    for _ in range(3):
        story.add()
    try:
        for _ in range(STEPS):
            story.step()
            assert story.lies() == [], " ".join(story.log)
            assert invariants.broken() == [], " ".join(story.log)
        story.log.append("— drain")
        for _ in range(12):
            story.heal()
            story.round()
            assert story.lies() == [], " ".join(story.log)
        left = Access.objects.exclude(sync_state__in=(SyncState.APPLIED, SyncState.REMOVED))
        assert list(left.values_list("username", "sync_state", "last_error")) == [], " ".join(story.log)
        assert story.left_behind() == [], " ".join(story.log)
        for router in Router.objects.all():
            settled(router)
    finally:
        for router_id in list(story.lanes):
            story.hang_up(router_id)
