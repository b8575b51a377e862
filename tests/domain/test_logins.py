import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.logins import MAX_LOGIN_LENGTH, check_access_password, normalize_login, readable_password, suggest_login


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Rosa.Duarte", "rosa.duarte"),
        (" JOSÉ ", "jose"),
        ("jose\u0301", "jose"),
        ("Conceição", "conceicao"),
        ("rosa duarte", "rosaduarte"),
        ("rosa@malha.net", "rosa@malha.net"),
        ("a_b-c.9", "a_b-c.9"),
        ("x" * 64, "x" * 64),
    ],
)
def test_one_spelling_per_login(typed: str, stored: str) -> None:
    assert normalize_login(typed) == stored
    assert normalize_login(stored) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "login_empty"),
        (" \t ", "login_empty"),
        ("x" * 65, "login_too_long"),
        ("x" * 10_000, "login_too_long"),
        ("a/b", "login_characters"),
        ('a"b', "login_characters"),
        ("a=b", "login_characters"),
        ("роза", "login_characters"),
        ("straße", "login_characters"),
        ("a\x00b", "login_characters"),
        ("१२", "login_characters"),
    ],
)
def test_a_wrong_login_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        normalize_login(typed)

    assert refused.value.code == code


def test_the_strange_characters_are_named_once_each() -> None:
    with pytest.raises(RuleError) as refused:
        normalize_login("a//b#/")

    assert refused.value.params == {"characters": "/#"}


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Rosa Maria Duarte", "rosa.duarte"),
        ("João da Silva", "joao.silva"),
        ("Maria das Dores", "maria.dores"),
        ("Madonna", "madonna"),
        ("Padaria São José LTDA", "padaria.jose"),
        ("Padaria São José S/A", "padaria.jose"),
        ("D'Ávila Júnior", "d.junior"),
        ("", "cliente"),
        ("李小龙", "cliente"),
        ("de", "cliente"),
    ],
)
def test_a_login_is_suggested_from_the_name(name: str, login: str) -> None:
    assert suggest_login(name) == login


def test_a_taken_login_gets_a_number() -> None:
    assert suggest_login("Rosa Maria Duarte", {"rosa.duarte"}) == "rosa.duarte2"
    assert suggest_login("Rosa Maria Duarte", {"rosa.duarte", "rosa.duarte2"}) == "rosa.duarte3"


@given(st.text(max_size=300), st.integers(0, 30))
def test_every_suggestion_is_a_login_and_free(name: str, twins: int) -> None:
    taken: set[str] = set()
    for _ in range(twins + 1):
        login = suggest_login(name, taken)
        assert normalize_login(login) == login
        assert len(login) <= MAX_LOGIN_LENGTH
        assert login not in taken
        taken.add(login)


@given(st.integers())
def test_passwords_can_be_dictated_and_held_by_a_router(seed: int) -> None:
    password = readable_password(random.Random(seed))

    assert re.fullmatch(r"([bdgjkmnrstvz][aeiou]){3}-([bdgjkmnrstvz][aeiou]){3}-[2-9]{3}", password)
    assert check_access_password(password) == password


def test_the_source_alone_decides_the_password() -> None:
    assert readable_password(random.Random(7)) == readable_password(random.Random(7))
    assert len({readable_password(random.Random(seed)) for seed in range(500)}) == 500
    assert re.fullmatch(r"[a-z]{6}-[a-z]{2}-[2-9]{2}", readable_password(random.Random(1), syllables=4, digits=2))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_empty"),
        ("abc", "password_too_short"),
        ("x" * 65, "password_too_long"),
        ("senhaé", "password_characters"),
        ("tab\tinside", "password_characters"),
        (" space", "password_blank_ends"),
    ],
)
def test_a_password_no_router_can_hold_is_refused(password: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_access_password(password)

    assert refused.value.code == code
    assert not password or password not in str(refused.value.params)
