import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.errors import RuleError
from malha.domain.placeholders import (
    ALLOWED_PLACEHOLDERS,
    PLACEHOLDER_GROUPS,
    fill,
    find_placeholders,
    unknown_placeholders,
)


def test_marks_are_found_once_in_order() -> None:
    text = "<p>{{plano}} de {{ cliente_nome }}, {{plano}} em {{\u00a0data\u00a0}}</p>"

    assert find_placeholders(text) == ("plano", "cliente_nome", "data")
    assert unknown_placeholders(text) == ()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{{foo}}", ("foo",)),
        ("{{Plano}}", ("Plano",)),
        ("{{pl<b>ano</b>}}", ("pl<b>ano</b>",)),
        ("{{}}", ("",)),
        ("{{plano|safe}} {{cliente.nome}}", ("plano|safe", "cliente.nome")),
        ("{plano} { {plano} }", ()),
    ],
)
def test_unknown_marks_are_listed(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_placeholders(text) == unknown


def test_filling_lists_what_stayed_empty() -> None:
    filled, empty = fill(
        "{{cliente_nome}}: {{plano}}, {{ valor }} {{ip}}{{login}}",
        {"cliente_nome": "Rosa", "plano": "Fibra", "valor": "R$ 1,00", "ip": " "},
    )

    assert filled == "Rosa: Fibra, R$ 1,00  "
    assert empty == ("ip", "login")


def test_a_value_that_looks_like_a_mark_is_printed() -> None:
    filled, empty = fill("{{cliente_nome}}", {"cliente_nome": r"{{login}} \1 \g<0>", "login": "secret"})

    assert filled == r"{{login}} \1 \g<0>"
    assert empty == ()


def test_filling_an_unknown_mark_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        fill("{{foo}} {{plano}}", {"foo": "x", "plano": "y"})

    assert (refused.value.code, refused.value.params) == ("placeholder_unknown", {"names": ("foo",)})


def test_every_name_stands_in_one_group() -> None:
    names = [name for group in PLACEHOLDER_GROUPS.values() for name in group]

    assert len(names) == len(set(names)) == len(ALLOWED_PLACEHOLDERS) == 34
    assert list(PLACEHOLDER_GROUPS) == ["provider", "customer", "contract", "technical", "signature"]


@given(st.text())
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    if "{{" not in text:
        assert fill(text, {}) == (text, ())
