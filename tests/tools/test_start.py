"""What `./run` keeps from one start to the next, and what it refuses."""

import json
import socket
import sys
from pathlib import Path

import pytest

from tools import check, start
from tools.ground import Missing, Stamps
from tools.place import Place
from tools.processes import Ended, Process, Watch


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A data folder of its own."""
    monkeypatch.setenv("MALHA_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("MALHA_DATABASE_URL", raising=False)
    return Place(empty=False)


def test_secrets_are_written_once_and_only_for_the_owner(place: Place) -> None:
    place.write_secrets()
    first = (place.dir / "malha.env").read_text()

    place.write_secrets()

    assert (place.dir / "malha.env").read_text() == first
    assert (place.dir / "malha.env").stat().st_mode & 0o077 == 0
    names = [line.partition("=")[0] for line in first.splitlines() if "=" in line]
    assert names == ["MALHA_SECRET_KEY", "MALHA_VAULT_KEYS", "MALHA_ACCESS_KEYS", "MALHA_DEMO"]


def test_only_a_demo_says_that_it_is_one(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = place.dir / "malha.env"
    old.write_text("MALHA_SECRET_KEY=x\n")
    place.write_secrets()
    place.write_secrets()
    monkeypatch.setenv("MALHA_DATA_DIR", str(tmp_path / "mine"))
    mine = Place(empty=True)
    mine.write_secrets()

    assert old.read_text() == "MALHA_SECRET_KEY=x\nMALHA_DEMO=true\n"
    assert "MALHA_DEMO" not in (mine.dir / "malha.env").read_text()


def test_demo_and_empty_do_not_mix(place: Place) -> None:
    place.stamps.put("anything", "done")

    with pytest.raises(Missing, match="do not mix"):
        Place(empty=True)


def test_a_place_runs_once_and_says_where(place: Place) -> None:
    place.take()
    place.tell_address("http://127.0.0.1:8000")

    with pytest.raises(Missing, match="127.0.0.1:8000"):
        Place(empty=False).take()
    place.leave()
    place.take()
    place.leave()


def test_stamps_outlive_a_restart_and_a_broken_file(tmp_path: Path) -> None:
    file = tmp_path / "stamps.json"
    Stamps(file).put("migrate", "a")

    assert Stamps(file).fresh("migrate", "a")
    assert not Stamps(file).fresh("migrate", "b")

    file.write_text("{")

    assert not Stamps(file).fresh("migrate", "a")


def test_router_ports_stay_and_a_taken_one_is_replaced(tmp_path: Path) -> None:
    first = start.choose_ports(tmp_path)
    again = start.choose_ports(tmp_path)

    with socket.socket() as other:
        other.bind(("127.0.0.1", int(first[0]["port"])))
        other.listen()
        moved = start.choose_ports(tmp_path)

    assert again == first
    assert moved[0]["port"] != first[0]["port"]
    assert moved[1:] == first[1:]
    assert json.loads((tmp_path / "ports.json").read_text()) == moved


def test_a_wanted_port_that_is_taken_is_refused_and_without_a_wish_the_next_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with pytest.raises(Missing, match=str(taken)):
            start.free_port("127.0.0.1", taken)

    first = start.free_port("127.0.0.1", None)
    assert 8000 <= first < 8100
    assert start.free_port("127.0.0.1", None, besides=first) != first


def test_a_port_that_another_program_took_meanwhile_is_said_and_the_next_one_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = start.port_of(other)

        with start.listen("127.0.0.1", taken, "the notice server") as listener:
            port = start.port_of(listener)

    assert taken < port < taken + 100
    assert capsys.readouterr().out.splitlines() == [
        f"Another program took port {taken} meanwhile: the notice server listens on port {port}."
    ]


def test_a_free_port_is_taken_without_a_word_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    free = start.free_port("127.0.0.1", None)

    with start.listen("127.0.0.1", free, "Malha") as listener:
        assert start.port_of(listener) == free
        with pytest.raises(Missing, match=str(free)):
            start.free_port("127.0.0.1", free)

    assert capsys.readouterr().out == ""


def test_a_process_serves_on_the_socket_that_was_taken_for_it(tmp_path: Path) -> None:
    serve = "import socket, sys; socket.socket(fileno=int(sys.argv[1])).accept()[0].sendall(b'here')"
    with start.listen("127.0.0.1", start.free_port("127.0.0.1", None), "Malha") as listener:
        number = listener.fileno()
        watch = Watch()
        watch.add(Process("web", [sys.executable, "-c", serve, str(number)], {}, tmp_path / "web.log", [number]))
        with socket.create_connection(("127.0.0.1", start.port_of(listener)), timeout=30) as visitor:
            said = visitor.recv(4)
        watch.end()

    assert said == b"here"


def test_the_notice_server_listens_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert start.parse([]).notice_port is None

    monkeypatch.setenv("MALHA_NOTICE_PORT", "8088")

    assert start.parse([]).notice_port == 8088
    assert start.parse(["--notice-port", "9090"]).notice_port == 9090


def test_the_set_up_code_is_written_once(place: Place) -> None:
    start.write_setup_code(place)
    (place.dir / "setup-code").unlink()

    start.write_setup_code(place)

    assert not (place.dir / "setup-code").exists()


def test_a_process_that_ends_at_once_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    watch = Watch()
    process = watch.add(Process("web", command, {}, tmp_path / "web.log"))

    with pytest.raises(Ended, match="no such thing"):
        watch.wait_for(lambda: False, seconds=30, process=process)

    watch.end()


CLOSING = (
    "===== 3 failed, 12 passed in 4.56s =====",
    "12 passed in 4.56s",
    "== 1 passed, 2 deselected in 130.00s (0:02:10) ==",
    "no tests ran in 0.01s",
)
OTHER = ("tests/test_x.py ..... [ 50%]", "FAILED tests/test_x.py::test_y - assert 1 passed", "===== FAILURES =====")


@pytest.mark.parametrize("line", CLOSING)
def test_pytest_closing_lines_are_known(line: str) -> None:
    assert check.CLOSING.match(line)


@pytest.mark.parametrize("line", OTHER)
def test_other_lines_are_not_closing_lines(line: str) -> None:
    assert not check.CLOSING.match(line)
