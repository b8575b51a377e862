"""Each fault does what it says, at the start and at run time, and stops when it is cleared."""

import time
from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import Connect, StartRouter
from tests.support.raw_router_client import ApiTrap, ConnectionEnded, RawClient, encode
from tests.support.router_process import RouterProcess

SECRET = "/ppp/secret"


@pytest.fixture(scope="module")
def shared(start_router: StartRouter) -> RouterProcess:
    return start_router(tls="off")


@pytest.fixture
def router(shared: RouterProcess) -> Iterator[RouterProcess]:
    yield shared
    shared.control("clear-faults")


@pytest.fixture
def api(router: RouterProcess, connect: Connect) -> RawClient:
    return connect(router)


def pipeline(api: RawClient, names: list[str]) -> list[str]:
    """Add secrets in one go; the tags that were answered with `!done` before the router hung up, if it did."""
    api.socket.sendall(b"".join(encode(f"{SECRET}/add", f"=name={name}", f".tag={name}") for name in names))
    answered: list[str] = []
    try:
        while len(answered) < len(names):
            kind, properties = api.reply()
            if kind == "!done":
                answered.append(properties[".tag"])
    except (ConnectionEnded, ConnectionError):
        pass
    return answered


def names_of(router: RouterProcess, prefix: str) -> list[str]:
    return [row["name"] for row in router.dump(SECRET) if row["name"].startswith(prefix)]


def test_drop_before_leaves_the_command_undone(api: RawClient, router: RouterProcess) -> None:
    router.fault(drop_after=3, drop_mode="before")
    names = [f"before{number}" for number in range(10)]

    assert pipeline(api, names) == names[:3]
    assert names_of(router, "before") == names[:3]


def test_drop_after_does_the_command_and_does_not_say_so(api: RawClient, router: RouterProcess) -> None:
    router.fault(drop_after=3, drop_mode="after")
    names = [f"after{number}" for number in range(10)]

    assert pipeline(api, names) == names[:3]
    assert names_of(router, "after") == names[:4]


def test_drop_happens_k_times_and_then_never_again(router: RouterProcess) -> None:
    router.fault(drop_after=1, drop_times=2)
    outcomes = []
    for attempt in range(3):
        with RawClient(router.port) as client:
            client.login(router.user, router.password)
            outcomes.append(len(pipeline(client, [f"times{attempt}a", f"times{attempt}b"])))

    assert outcomes == [1, 1, 2]


def test_drop_in_the_middle_of_a_long_batch_answers_what_was_done(api: RawClient, router: RouterProcess) -> None:
    router.fault(drop_after=500, drop_mode="after", only="writes")
    names = [f"batch{number}" for number in range(1000)]

    answered = pipeline(api, names)

    assert answered == names[:500]
    assert names_of(router, "batch") == names[:501]


def test_only_narrows_a_fault(api: RawClient, router: RouterProcess) -> None:
    router.fault(drop_after=0, only=f"{SECRET}/set")

    api.say(f"{SECRET}/add", "=name=narrow")
    api.rows(f"{SECRET}/print", "?name=narrow")
    with pytest.raises((ConnectionEnded, ConnectionError)):
        api.say(f"{SECRET}/set", "=.id=narrow", "=comment=x")


def test_a_reset_is_a_reset(api: RawClient, router: RouterProcess) -> None:
    router.fault(drop_after=0, drop_reset=True)

    with pytest.raises((ConnectionResetError, ConnectionEnded)):
        api.say("/system/identity/print")


def test_truncate_cuts_an_answer_in_the_middle(api: RawClient, router: RouterProcess) -> None:
    for number in range(50):
        router.add(SECRET, name=f"truncated{number}")
    router.fault(truncate_after=1000)

    with pytest.raises(ConnectionEnded):
        api.rows(f"{SECRET}/print", ".tag=1")


def test_hang_goes_silent_and_keeps_the_connection(api: RawClient, router: RouterProcess) -> None:
    router.fault(hang_after=1)
    api.say("/system/identity/print")
    api.socket.settimeout(0.2)

    with pytest.raises(TimeoutError):
        api.say(f"{SECRET}/add", "=name=hanging")
    assert names_of(router, "hanging") == []
    assert router.counters()["open_connections"] >= 1


def test_hang_at_once_does_not_even_answer_the_login(router: RouterProcess) -> None:
    router.fault(hang_after=0)

    with RawClient(router.port) as client:
        client.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.login(router.user, router.password)


def test_trap_every_n_refuses_without_doing(api: RawClient, router: RouterProcess) -> None:
    router.fault(trap_every=3, trap_message="failure: flash is full")
    refused = []
    for number in range(6):
        try:
            api.say(f"{SECRET}/add", f"=name=trap{number}")
        except ApiTrap as trap:
            refused.append((number, str(trap)))

    assert refused == [(2, "failure: flash is full"), (5, "failure: flash is full")]
    assert names_of(router, "trap") == ["trap0", "trap1", "trap3", "trap4"]


def test_refused_logins(router: RouterProcess) -> None:
    router.fault(refuse_login=True)

    with RawClient(router.port) as client, pytest.raises(ApiTrap, match="invalid user name or password"):
        client.login(router.user, router.password)


def test_closed_port_refuses_and_breaks_and_opens_again_on_the_same_port(api: RawClient, router: RouterProcess) -> None:
    router.fault(closed_port=True)
    with pytest.raises((ConnectionEnded, ConnectionError)):
        api.say("/system/identity/print")
    with pytest.raises(ConnectionRefusedError):
        RawClient(router.port)

    router.fault(closed_port=False)

    with RawClient(router.port) as client:
        client.login(router.user, router.password)


def test_no_sensitive_hides_passwords(api: RawClient, router: RouterProcess) -> None:
    router.add(SECRET, name="hidden", password="p")
    router.fault(no_sensitive=True)

    assert api.rows(f"{SECRET}/print", "?name=hidden", "=.proplist=name,password") == [{"name": "hidden"}]


def test_missing_menus_and_properties_are_refused_as_by_another_version(api: RawClient, router: RouterProcess) -> None:
    router.fault(missing_menus="/ip/hotspot", unknown_properties="interface-list,use-ipv6")

    with pytest.raises(ApiTrap, match="^no such command prefix$"):
        api.rows("/ip/hotspot/user/print")
    with pytest.raises(ApiTrap, match="^unknown parameter use-ipv6$"):
        api.say("/ppp/profile/add", "=name=p", "=use-ipv6=no")
    assert all("use-ipv6" not in row for row in api.rows("/ppp/profile/print"))

    router.control("clear-faults")
    api.rows("/ip/hotspot/user/print")
    api.say("/ppp/profile/add", "=name=p", "=use-ipv6=no")


def test_commands_in_flight_share_the_latency(api: RawClient, router: RouterProcess) -> None:
    router.fault(latency_ms=100)
    started = time.monotonic()

    assert len(pipeline(api, [f"latency{number}" for number in range(50)])) == 50

    assert 0.1 <= time.monotonic() - started < 4


def test_command_cost_is_serial(api: RawClient, router: RouterProcess) -> None:
    router.fault(command_ms=2)
    started = time.monotonic()

    pipeline(api, [f"cost{number}" for number in range(100)])

    assert time.monotonic() - started >= 0.19


def test_what_was_delivered_before_the_client_died_is_carried_out(router: RouterProcess) -> None:
    router.fault(latency_ms=50)
    with RawClient(router.port) as client:
        client.login(router.user, router.password)
        client.send(f"{SECRET}/add", "=name=orphan")
        client.send("/system/identity/print")

    with RawClient(router.port) as other:
        other.login(router.user, router.password)
    assert names_of(router, "orphan") == ["orphan"]


def test_faults_are_start_options_too(start_router: StartRouter) -> None:
    router = start_router(tls="off", fault=["trap_every=1", "trap-message=no", "refuse-login"])

    faults = router.control("status")["faults"]

    assert (faults["trap_every"], faults["trap_message"], faults["refuse_login"]) == (1, "no", True)


def test_cp1252_comments_and_a_duplicated_mark(start_router: StartRouter) -> None:
    router = start_router(tls="off", secrets=3, foreign=5, cp1252_comments=True, duplicate_mark=True)

    rows = router.dump(SECRET)
    marks = [row["comment"] for row in rows if row.get("comment", "").startswith("malha:")]
    foreign = [row["comment"] for row in rows if not row["comment"].startswith("malha:")]

    assert len(marks) == 4
    assert len(set(marks)) == 3
    assert all("João".encode("cp1252") in comment.encode("utf-8", "surrogateescape") for comment in foreign)
    assert router.control("duplicate-mark", name=rows[1]["name"])["name"] == rows[1]["name"] + "-copia"
