"""What the screen shows of values: design/README.md §6."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template

from malha.core import clock, statuses
from malha.core.templatetags import ui
from malha.domain.money import Money
from malha.domain.states import Situation

NBSP = "\u00a0"


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_money_keeps_sign_and_number_on_one_line() -> None:
    assert ui.brl(Money(123456)) == f"R${NBSP}1.234,56"
    assert ui.brl_number(Money(123456)) == "1.234,56"
    assert ui.brl(None) == "—"


@pytest.mark.parametrize(
    ("kbps", "words"),
    [(512, "512 k"), (50_000, "50 Mega"), (500_000, "500 Mega"), (1_000_000, "1 Giga"), (2_500_000, "2,5 Giga"), (12_500, "12,5 Mega")],
)
def test_speed_is_said_as_people_say_it(kbps: int, words: str) -> None:
    assert ui.mega(kbps) == words.replace(" ", NBSP)


def test_a_document_is_masked_unless_asked_in_full() -> None:
    assert ui.cpf("52998224725") == "***.982.247-**"
    assert ui.cpf("12345678000195") == "12.345.678/****-**"
    assert ui.cpf_full("52998224725") == "529.982.247-25"
    assert ui.cpf("") == ui.cpf(None) == "—"
    assert ui.document_label("12345678000195") == "CNPJ"


def test_phone_and_cep_are_written_with_their_signs() -> None:
    assert ui.fone("+5535988000204") == "(35) 98800-0204"
    assert ui.cep("37000120") == "37000-120"
    assert ui.fone("") == ui.cep("") == "—"


@pytest.mark.parametrize(("name", "letters"), [("Rosa Maria Duarte", "RD"), ("Cleber", "C"), ("", ""), ("3 Irmãos Ltda", "IL")])
def test_initials_are_first_and_last_name(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "hoje"), (-1, "ontem"), (-4, "há 4 dias"), (1, "amanhã"), (14, "daqui a 14 dias"), (-90, "há 3 meses"), (-800, "há 2 anos")],
)
def test_a_day_is_told_by_its_distance(days: int, words: str) -> None:
    assert ui.since(clock.today() + timedelta(days=days)) == words


def test_an_instant_of_today_is_told_in_hours_and_minutes() -> None:
    assert ui.since(clock.now() - timedelta(seconds=20)) == "agora"
    assert ui.since(clock.now() - timedelta(minutes=5)) == "há 5 min"
    assert ui.since(clock.now() - timedelta(hours=3)) == "há 3 h"


def test_the_year_is_shown_only_when_it_is_another() -> None:
    assert ui.day(date(2026, 11, 24)) == "24/11"
    assert ui.day(date(2025, 11, 24)) == "24/11/2025"
    assert ui.month(date(2026, 11, 1)) == "novembro/2026"
    assert ui.month_short(date(2026, 11, 1)) == "nov/2026"


def test_moments_near_today_have_names() -> None:
    today = clock.local(clock.now()).replace(hour=9, minute=21)

    assert ui.moment(today) == "hoje, 09:21"
    assert ui.moment(today - timedelta(days=1)) == "ontem, 09:21"
    assert ui.moment(datetime(2025, 11, 22, 17, 10, tzinfo=UTC).astimezone(today.tzinfo)).startswith("22/11/2025, ")


def test_a_duration_shows_its_two_largest_units() -> None:
    assert ui.duration(2 * 86400 + 4 * 3600 + 59) == f"2{NBSP}d 4{NBSP}h"
    assert ui.duration(3 * 3600 + 12 * 60) == f"3{NBSP}h 12{NBSP}min"
    assert ui.duration(240) == f"4{NBSP}min"


def test_numbers_have_points_for_people_and_none_for_machines() -> None:
    assert rendered("{{ n|count }} {{ n|plain }}", n=1884) == "1.884 1884"


def test_every_situation_has_a_label_and_is_more_than_a_colour() -> None:
    for situation in Situation:
        html = rendered('{{ s|status:"situation" }}', s=situation)

        assert 'class="dot' in html
        assert str(statuses.SITUATION[situation].label) in html
    assert "Em pendência" in rendered('{{ "PENDING"|status:"situation" }}')


def test_a_value_without_a_status_is_shown_as_it_is() -> None:
    assert statuses.status("sync", "new") == statuses.Status("new")


def test_text_in_a_status_or_an_icon_label_is_escaped() -> None:
    assert "<b>" not in rendered('{{ x|status:"sync" }}{% icon "plus" label=x %}', x="<b>")


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in ui.icon("plus")
    assert 'role="img" aria-label="Novo"' in ui.icon("plus", 14, label="Novo")
