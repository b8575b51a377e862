"""What may stand in the registration of a router."""

import pytest

from malha.domain import routers
from malha.domain.errors import RuleError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" 10.0.0.1 ", "10.0.0.1"), ("CCR.Provedor.com.br.", "ccr.provedor.com.br"), ("2001:DB8::1", "2001:db8::1"), ("mk", "mk")],
)
def test_a_host_is_an_address_or_a_name(typed: str, kept: str) -> None:
    assert routers.normalize_host(typed) == kept


@pytest.mark.parametrize("typed", ["", "10.0.0", "300.1.1.1", "http://10.0.0.1", "10.0.0.1:8728", "a b", "-a", "a..b", "x" * 200])
def test_what_is_no_host_is_refused(typed: str) -> None:
    with pytest.raises(RuleError):
        routers.normalize_host(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("100.64.8.2 - 100.64.8.9", "100.64.8.2-100.64.8.9"),
        ("100.64.8.0/24, 100.64.9.1", "100.64.8.0/24,100.64.9.1"),
        ("100.64.8.2-100.64.8.9;100.64.9.2-100.64.9.9", "100.64.8.2-100.64.8.9,100.64.9.2-100.64.9.9"),
    ],
)
def test_ranges_take_any_separator(typed: str, kept: str) -> None:
    assert routers.normalize_ranges(typed) == kept


@pytest.mark.parametrize("typed", ["", "100.64.8.9-100.64.8.2", "100.64.8", "a-b", "100.64.8.2-", "2001:db8::/64"])
def test_what_is_no_range_is_refused(typed: str) -> None:
    with pytest.raises(RuleError):
        routers.normalize_ranges(typed)


def test_the_garden_keeps_each_host_once_and_names_the_wrong_line() -> None:
    assert routers.normalize_garden((" Banco.com.br ", "", "banco.com.br", "200.1.2.0/24")) == ("banco.com.br", "200.1.2.0/24")
    with pytest.raises(RuleError) as refusal:
        routers.normalize_garden(("ok.com", "*.banco.com.br"))
    assert refusal.value.params == {"line": "*.banco.com.br"}


@pytest.mark.parametrize("typed", ["", "com espaço", "ação", "x" * 41, "-lista"])
def test_names_on_the_router_are_plain(typed: str) -> None:
    with pytest.raises(RuleError):
        routers.normalize_name(typed)


def test_each_router_is_proposed_block_ranges_of_its_own() -> None:
    taken: list[str] = []
    for _router in range(15):
        taken.append(routers.free_block_ranges(taken))

    assert taken[:2] == ["100.127.0.1-100.127.15.254", "100.127.16.1-100.127.31.254"] and len(set(taken)) == 15
    assert taken[-1] == "100.127.224.1-100.127.239.254"
    assert routers.free_block_ranges(taken) == taken[0]
    assert routers.free_block_ranges(["100.127.8.0/24,10.0.0.1", "100.127.16.9", "", "tudo"]) == "100.127.32.1-100.127.47.254"
