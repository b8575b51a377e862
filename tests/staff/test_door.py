"""Coming in: passwords, the throttle, and people who may not be here now."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from malha.core import clock
from malha.core.errors import BusinessError
from malha.staff import door
from malha.staff.backends import StaffBackend
from malha.staff.models import LoginAttempt
from tests import make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 12:00 in São Paulo


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.frozen(NOON), timezone.override("America/Sao_Paulo"):
        yield


def refused(username: str = "ana", password: str = "errada", ip: str | None = "192.0.2.7") -> str:
    with pytest.raises(BusinessError) as caught:
        door.sign_in(username=username, password=password, ip=ip)
    return caught.value.code


def test_the_case_of_the_login_does_not_matter():
    user = make.user(username="ana.souza")

    assert door.sign_in(username="  Ana.SOUZA ", password=make.STAFF_PASSWORD, ip=None) == user
    assert LoginAttempt.objects.get().succeeded


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer():
    make.user(username="ana")

    assert refused("ana") == refused("ninguem") == "wrong_credentials"


def test_an_unknown_login_costs_a_hash_too(monkeypatch):
    hashed = []
    monkeypatch.setattr("malha.staff.backends.make_password", hashed.append)

    assert StaffBackend().authenticate(None, username="ninguem", password="seja qual for") is None
    assert hashed == ["seja qual for"]


def test_the_sixth_wrong_try_waits_and_says_until_when():
    make.user(username="ana")
    for _try in range(5):
        assert refused() == "wrong_credentials"

    with pytest.raises(BusinessError) as caught:
        door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip="192.0.2.7")

    assert caught.value.code == "throttled"
    assert "12:01" in caught.value.message


def test_the_wait_grows_and_ends():
    make.user(username="ana")
    for _try in range(5):
        refused()
    with clock.frozen(NOON + timedelta(seconds=31)):
        assert refused() == "wrong_credentials"
    with clock.frozen(NOON + timedelta(seconds=31 + 45)):
        assert refused() == "throttled"
    with clock.frozen(NOON + timedelta(seconds=31 + 61)):
        assert door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip="192.0.2.7")


def test_the_wait_is_never_longer_than_a_quarter_of_an_hour():
    make.user(username="ana")
    for index in range(40):
        LoginAttempt.objects.create(at=NOON - timedelta(seconds=40 - index), username="ana", ip=None, succeeded=False)

    assert refused() == "throttled"
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip=None)


def test_a_refused_try_does_not_prolong_the_wait():
    make.user(username="ana")
    for _try in range(5):
        refused()
    for _try in range(50):
        assert refused() == "throttled"

    with clock.frozen(NOON + timedelta(seconds=31)):
        assert door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip="192.0.2.7")


def test_one_address_trying_many_logins_is_slowed_down():
    make.user(username="ana")
    for number in range(20):
        assert refused(f"pessoa{number}") == "wrong_credentials"

    assert refused("ana") == "throttled"
    assert door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip="198.51.100.9")


def test_a_right_password_forgets_the_wrong_ones():
    make.user(username="ana")
    for _try in range(4):
        refused()
    door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip="192.0.2.7")

    for _try in range(4):
        assert refused() == "wrong_credentials"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_active": False}, "inactive"),
        ({"expires_on": date(2026, 11, 23)}, "expired"),
        ({"allowed_from": time(8), "allowed_until": time(11, 59)}, "outside_hours"),
        ({"allowed_from": time(22), "allowed_until": time(6)}, "outside_hours"),
    ],
)
def test_who_may_not_be_here_now_is_told_why_only_with_the_right_password(values, code):
    make.user(username="ana", **values)

    assert refused(password=make.STAFF_PASSWORD) == code
    assert refused() == "wrong_credentials"


@pytest.mark.parametrize(
    "values",
    [
        {"expires_on": date(2026, 11, 24)},
        {"allowed_from": time(12), "allowed_until": time(18)},
        {"allowed_from": time(22), "allowed_until": time(12, 30)},
    ],
)
def test_the_last_day_and_the_hours_themselves_count_in(values):
    make.user(username="ana", **values)

    assert door.sign_in(username="ana", password=make.STAFF_PASSWORD, ip=None)
