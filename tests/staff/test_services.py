"""Making, changing and shutting out members of staff."""

from datetime import time

import pytest

from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from malha.staff import services
from malha.staff.data import ProfileData, UserData
from malha.staff.models import User
from malha.staff.roles import Role
from tests import make

pytestmark = pytest.mark.django_db
ANA = UserData(name="Ana Souza", username="Ana.Souza", role=Role.ATTENDANT, email="Ana@Exemplo.com.br")


def test_a_new_user_gets_a_generated_password_that_must_be_changed():
    made = services.create_user(data=ANA, actor=SYSTEM)

    assert made.user.username == "ana.souza"
    assert made.user.email == "ana@exemplo.com.br"
    assert made.user.must_change_password
    assert made.user.check_password(made.password)
    assert made.password not in repr(made)


def test_two_generated_passwords_differ_and_satisfy_the_rules():
    first, second = services.generate_password(), services.generate_password()

    assert first != second
    assert len(first) == 19


def test_no_password_reaches_the_history():
    made = services.create_user(data=ANA, actor=SYSTEM)
    reset = services.reset_password(user=made.user, actor=SYSTEM)
    services.change_password(user=made.user, old=reset.password, new="serra do mar 1969", actor=SYSTEM)

    written = " ".join(str(entry.before) + str(entry.after) + entry.reason for entry in HistoryEntry.objects.all())
    for secret in (made.password, reset.password, "serra do mar", "argon2", "md5$"):
        assert secret not in written
    assert list(HistoryEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "user.created",
        "user.password_reset",
        "user.password_changed",
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"username": "joão"}, "username"),
        ({"username": "ana souza"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "a" * 61}, "username"),
        ({"email": "ana@"}, "email"),
        ({"role": "ROOT"}, "role"),
        ({"session_minutes": 0}, "session_minutes"),
        ({"allowed_from": time(8)}, "allowed_until"),
        ({"allowed_from": time(8), "allowed_until": time(8)}, "allowed_until"),
    ],
)
def test_wrong_data_is_refused_field_by_field(values, field):
    with pytest.raises(BusinessError) as caught:
        services.create_user(data=UserData(**{"name": "Ana", "username": "ana", "role": Role.SALES, **values}), actor=SYSTEM)

    assert set(caught.value.fields) == {field}
    assert not User.objects.exists()


def test_a_login_exists_once_whatever_its_case():
    make.user(username="ana.souza")

    with pytest.raises(BusinessError) as caught:
        services.create_user(data=ANA, actor=SYSTEM)
    assert "username" in caught.value.fields


def test_the_login_never_changes():
    user = make.user(Role.SALES, username="ana")

    services.update_user(user=user, data=UserData(name="Ana Lima", username="outra", role=Role.SALES), actor=SYSTEM)

    user.refresh_from_db()
    assert (user.username, user.name) == ("ana", "Ana Lima")


def test_a_change_of_role_is_recorded_with_before_and_after():
    user = make.user(Role.SALES, name="Ana")

    services.update_user(user=user, data=UserData(name="Ana", role=Role.FINANCE), actor=SYSTEM)

    entry = HistoryEntry.objects.get()
    assert (entry.before, entry.after) == ({"role": "SALES"}, {"role": "FINANCE"})


def test_the_last_administrator_cannot_go():
    admin = make.user(Role.ADMIN, name="Chefe")
    make.user(Role.ADMIN, is_active=False)
    make.user(Role.MANAGER)

    with pytest.raises(BusinessError) as caught:
        services.deactivate(user=admin, reason="", actor=SYSTEM)
    assert caught.value.code == "last_administrator"
    with pytest.raises(BusinessError):
        services.update_user(user=admin, data=UserData(name="Chefe", role=Role.SALES), actor=SYSTEM)


def test_nobody_shuts_themselves_out():
    admin = make.user(Role.ADMIN)
    make.user(Role.ADMIN)

    with pytest.raises(BusinessError) as caught:
        services.deactivate(user=admin, reason="", actor=admin.actor())
    assert caught.value.code == "yourself"


def test_deactivating_twice_is_a_conflict_and_reactivating_brings_back():
    user = make.user(Role.SALES)
    services.deactivate(user=user, reason="saiu da empresa", actor=SYSTEM)

    with pytest.raises(StateConflict):
        services.deactivate(user=user, reason="", actor=SYSTEM)
    services.reactivate(user=user, actor=SYSTEM)

    user.refresh_from_db()
    assert user.is_active
    assert HistoryEntry.objects.filter(verb="user.deactivated").get().reason == "saiu da empresa"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("errada", "serra do mar 1969", "old"),
        (make.STAFF_PASSWORD, make.STAFF_PASSWORD, "new"),
        (make.STAFF_PASSWORD, "curta", "new"),
        (make.STAFF_PASSWORD, "1234567890123", "new"),
        (make.STAFF_PASSWORD, "password123", "new"),
        (make.STAFF_PASSWORD, "x" * 10_000, "new"),
    ],
)
def test_a_weak_or_wrong_password_is_refused(old, new, field):
    user = make.user()

    with pytest.raises(BusinessError) as caught:
        services.change_password(user=user, old=old, new=new, actor=SYSTEM)
    assert field in caught.value.fields


def test_ones_own_password_may_be_changed():
    user = make.user(must_change_password=True)

    services.change_password(user=user, old=make.STAFF_PASSWORD, new="serra do mar 1969", actor=SYSTEM)

    user.refresh_from_db()
    assert user.check_password("serra do mar 1969")
    assert not user.must_change_password


def test_the_profile_does_not_reach_the_role():
    user = make.user(Role.SALES)

    services.update_profile(user=user, data=ProfileData(name="Ana", email="ana@exemplo.com.br"), actor=user.actor())

    user.refresh_from_db()
    assert (user.name, user.email, user.role) == ("Ana", "ana@exemplo.com.br", "SALES")


def test_a_fresh_installation_has_no_login():
    assert not User.objects.exists()
