"""The conversation: logins, tags, listen, cancel, quit, versions, raw bytes, policies."""

import socket

import pytest

from tests.sandbox.conftest import Connect, StartRouter
from tests.support.raw_router_client import ApiTrap, ConnectionEnded, RawClient, encode
from tests.support.router_process import RouterProcess


@pytest.fixture(scope="module")
def router(start_router: StartRouter) -> RouterProcess:
    logins = ["leitura:ler:read", "sem:nada:api,read,write,test", "mudo:x:read,write"]
    return start_router(tls="off", secrets=3000, login=logins)


@pytest.fixture(scope="module")
def old(start_router: StartRouter) -> RouterProcess:
    return start_router(tls="off", version="6.42.12", secrets=2, login=["sem:nada:api,read"])


@pytest.fixture
def api(router: RouterProcess, connect: Connect) -> RawClient:
    return connect(router)


# ---- login


def test_wrong_password_is_refused_and_the_connection_may_try_again(router: RouterProcess) -> None:
    with RawClient(router.port) as client:
        with pytest.raises(ApiTrap, match=r"invalid user name or password \(6\)"):
            client.login("malha", "wrong")
        client.login(router.user, router.password)


def test_user_without_api_policy_cannot_log_in(router: RouterProcess) -> None:
    with RawClient(router.port) as client, pytest.raises(ApiTrap, match=r"invalid user name or password \(6\)"):
        client.login("mudo", "x")


def test_any_other_command_before_login_is_fatal(router: RouterProcess) -> None:
    with RawClient(router.port) as client:
        client.send("/ppp/secret/print")

        assert client.read() == [b"!fatal", b"not logged in"]
        with pytest.raises(ConnectionEnded):
            client.read()


def test_old_router_answers_the_new_form_with_a_challenge(old: RouterProcess) -> None:
    with RawClient(old.port) as client:
        ret = client.say("/login", f"=name={old.user}", f"=password={old.password}")

        assert ret is not None
        assert len(bytes.fromhex(ret)) == 16
        client.login(old.user, old.password)
        assert client.rows("/system/identity/print") == [{"name": "MikroTik"}]


def test_old_router_refuses_a_wrong_response_in_its_own_words(old: RouterProcess) -> None:
    with RawClient(old.port) as client, pytest.raises(ApiTrap, match="^cannot log in$"):
        client.login(old.user, "wrong")


def test_a_challenge_serves_once(old: RouterProcess) -> None:
    with RawClient(old.port) as client:
        with pytest.raises(ApiTrap):
            client.say("/login", f"=name={old.user}", "=response=00" + "0" * 32)
        client.login(old.user, old.password)


def test_quit_says_why_and_hangs_up(api: RawClient) -> None:
    api.send("/quit")

    assert api.read() == [b"!fatal", b"session terminated on request"]
    with pytest.raises(ConnectionEnded):
        api.read()


def test_reserved_control_byte_closes_the_connection(router: RouterProcess) -> None:
    with RawClient(router.port) as client:
        client.socket.sendall(b"\xf8")

        with pytest.raises(ConnectionEnded):
            client.read()


# ---- versions


def test_empty_answer_is_announced_from_7_18_on(api: RawClient, old: RouterProcess, connect: Connect) -> None:
    for client, expected in ((api, ["!empty", "!done"]), (connect(old), ["!done"])):
        client.send("/ppp/secret/print", "?name=nobody", ".tag=1")
        assert [kind for kind, _ in client.replies()] == expected


@pytest.mark.parametrize(
    ("words", "new_words", "old_words"),
    [
        (("/ppp/secret/set", "=.id=*FFFF"), "no such item", "no such item"),
        (("/ppp/secret/add", "=name=x", "=color=red"), "unknown parameter color", "unknown parameter"),
        (("/ppp/secret/paint",), "no such command", "no such command or directory (paint)"),
        (("/color/print",), "no such command prefix", "no such command or directory (print)"),
        (("/ppp/print",), "no such command", "no such command or directory (print)"),
    ],
)
def test_versions_refuse_in_their_own_words(
    api: RawClient, old: RouterProcess, connect: Connect, words: tuple[str, ...], new_words: str, old_words: str
) -> None:
    for client, expected in ((api, new_words), (connect(old), old_words)):
        with pytest.raises(ApiTrap) as refusal:
            client.say(*words)
        assert str(refusal.value).removesuffix(" (4)") == expected


# ---- policies


def test_read_only_user_reads_and_does_not_write(router: RouterProcess, connect: Connect) -> None:
    client = connect(router, "leitura", "ler")

    assert client.say("/ppp/secret/print", "=count-only=")
    for verb in ("add", "set", "remove", "unset"):
        with pytest.raises(ApiTrap, match=r"not enough permissions \(9\)"):
            client.say(f"/ppp/secret/{verb}", "=name=x", "=.id=x")


def test_without_sensitive_passwords_are_absent_or_stars(router: RouterProcess, old: RouterProcess, connect: Connect) -> None:
    new_rows = connect(router, "sem", "nada").rows("/ppp/secret/print", "=.proplist=name,password")
    old_rows = connect(old, "sem", "nada").rows("/ppp/secret/print")

    assert all("password" not in row for row in new_rows)
    assert {row["password"] for row in old_rows} == {"*****"}


def test_sensitive_shows_passwords(api: RawClient) -> None:
    assert all(row["password"] for row in api.rows("/ppp/secret/print", "=.proplist=password", "?comment=malha:access:1"))


# ---- tags


def test_every_reply_carries_the_tag_of_its_sentence(api: RawClient) -> None:
    api.send("/ppp/secret/print", "=.proplist=name", "?comment=malha:access:5", ".tag=a b=c")
    kinds = [(kind, properties[".tag"]) for kind, properties in api.replies()]

    assert kinds == [("!re", "a b=c"), ("!done", "a b=c")]


def test_errors_carry_the_tag_and_are_followed_by_done(api: RawClient) -> None:
    api.send("/ppp/secret/add", "=profile=none", "=name=x", ".tag=7")
    kinds = [(kind, properties[".tag"]) for kind, properties in api.replies()]

    assert kinds == [("!trap", "7"), ("!done", "7")]


def test_a_long_answer_lets_other_tags_through(api: RawClient) -> None:
    api.socket.sendall(encode("/ppp/secret/print", ".tag=long") + encode("/system/identity/print", ".tag=short"))

    order = []
    while order.count("!done") < 2:
        kind, properties = api.reply()
        if kind == "!done":
            order.append(properties[".tag"])
            order.append(kind)

    assert [each for each in order if each != "!done"] == ["short", "long"]


def test_untagged_answers_keep_their_order(api: RawClient) -> None:
    api.send("/ppp/secret/print", "=.proplist=name")
    api.send("/system/identity/print")

    assert sum(1 for kind, _ in api.replies() if kind == "!re") >= 3000
    assert [kind for kind, _ in api.replies()] == ["!re", "!done"]


def test_cancel_interrupts_a_listen(api: RawClient) -> None:
    api.send("/ppp/active/listen", ".tag=feed")
    api.send("/cancel", "=tag=feed", ".tag=stop")

    seen = [(kind, p[".tag"], p.get("message"), p.get("category")) for kind, p in (api.reply() for _ in range(3))]

    assert sorted(seen, key=str) == sorted(
        [("!trap", "feed", "interrupted", "2"), ("!done", "feed", None, None), ("!done", "stop", None, None)], key=str
    )


def test_cancel_interrupts_a_long_print(api: RawClient) -> None:
    api.socket.sendall(encode("/ppp/secret/print", ".tag=long") + encode("/cancel", "=tag=long", ".tag=stop"))

    traps = []
    open_tags = {"long", "stop"}
    while open_tags:
        kind, properties = api.reply()
        if kind == "!trap":
            traps.append((properties[".tag"], properties["message"]))
        if kind == "!done":
            open_tags.discard(properties[".tag"])

    assert traps == [("long", "interrupted")]


def test_listen_tells_changes_and_deaths(api: RawClient, router: RouterProcess) -> None:
    api.send("/ppp/active/listen", "=.proplist=.id,name", ".tag=feed")
    api.say("/system/identity/print", ".tag=sync")
    name = router.dump("/ppp/secret")[10]["name"]

    router.control("ppp-connect", name=name)
    came = api.reply()
    router.control("ppp-disconnect", name=name)
    went = api.reply()

    assert came[1]["name"] == name
    assert went == ("!re", {".tag": "feed", ".id": came[1][".id"], ".dead": "yes"})


# ---- bytes


def test_bytes_of_any_code_page_survive(api: RawClient) -> None:
    comment = "João".encode("cp1252")
    api.say("/ppp/secret/add", "=name=cp1252", b"=comment=" + comment)

    (row,) = api.rows("/ppp/secret/print", "?name=cp1252", "=.proplist=comment")
    (found,) = api.rows("/ppp/secret/print", b"?comment=" + comment, "=.proplist=name")

    assert row["comment"].encode("utf-8", "surrogateescape") == comment
    assert found == {"name": "cp1252"}


@pytest.mark.parametrize("size", [0x70, 0x80, 0x3FFF, 0x4000, 0x20000, 0x200000])
def test_words_of_every_length_come_back(api: RawClient, size: int) -> None:
    api.say("/ppp/secret/add", f"=name=long{size}", "=comment=" + "x" * size)

    (row,) = api.rows("/ppp/secret/print", f"?name=long{size}", "=.proplist=comment")

    assert row["comment"] == "x" * size


def test_five_byte_prefix_is_understood(api: RawClient) -> None:
    command = b"/system/identity/print"
    api.socket.sendall(b"\xf0" + len(command).to_bytes(4, "big") + command + b"\x00")

    assert next(api.replies())[0] == "!re"


# ---- sessions of the API


def test_max_sessions_refuses_one_more(start_router: StartRouter, connect: Connect) -> None:
    router = start_router(tls="off", fault=["max_sessions=2"])
    connect(router)
    connect(router)

    with RawClient(router.port) as third, pytest.raises((ConnectionEnded, ConnectionError)):
        third.login(router.user, router.password)
    assert router.counters()["refused_connections"] == 1


def test_a_slow_reader_stops_the_router_from_reading_more(api: RawClient, router: RouterProcess) -> None:
    api.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    for number in range(6):
        api.send("/ppp/secret/print", f".tag={number}")

    done = 0
    while done < 6:
        done += api.reply()[0] == "!done"

    assert router.control("status")["ok"]
