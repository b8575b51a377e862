"""The table itself (domain.md §15)."""

import pytest

from malha.staff import permissions
from malha.staff.models import User
from malha.staff.permissions import PERMISSIONS, Limit, PermissionMixin, requires
from malha.staff.roles import Role


def who_may(code: str) -> str:
    return " ".join(role.value.lower() for role in Role if permissions.allows(role, code))


@pytest.mark.parametrize(
    ("code", "roles"),
    [
        ("customers.view", "admin manager finance attendant technician sales accountant"),
        ("customers.edit", "admin manager finance attendant sales"),
        ("customers.view_password", "admin manager attendant technician"),
        ("contracts.discount", "admin manager finance"),
        ("contracts.block", "admin manager finance"),
        ("contracts.trust", "admin manager finance attendant"),
        ("dunning.approve", "admin manager finance"),
        ("contracts.cancel", "admin manager attendant"),
        ("routers.manage", "admin manager technician"),
        ("divergences.manage", "admin manager technician"),
        ("tickets.work", "admin manager finance attendant technician sales"),
        ("reports.view", "admin manager finance attendant technician sales accountant"),
        ("gateways.manage", "admin"),
        ("settings.manage", "admin"),
        ("users.manage", "admin"),
        ("tokens.manage", "admin"),
    ],
)
def test_the_table_says_what_the_domain_reference_says(code, roles):
    assert who_may(code) == roles


def test_the_limits_of_the_domain_reference():
    assert permissions.limit(Role.SALES, "customers.edit") == Limit.OWN
    assert permissions.limit(Role.FINANCE, "contracts.discount") == Limit.CAPPED
    assert permissions.limit(Role.ACCOUNTANT, "reports.view") == Limit.MONEY


def test_an_administrator_may_everything():
    assert all(permissions.limit(Role.ADMIN, code) == Limit.ALL for code in PERMISSIONS)


def test_a_deactivated_user_may_nothing():
    user = User(role=Role.ADMIN, is_active=False)

    assert not any(user.can(code) for code in PERMISSIONS)


def test_an_unknown_code_is_an_error_and_not_a_silent_no():
    with pytest.raises(KeyError):
        User(role=Role.ADMIN).can("customers.veiw")
    with pytest.raises(ValueError, match="permission table"):
        requires("customers.veiw")
    with pytest.raises(ValueError, match="permission table"):
        type("Page", (PermissionMixin,), {"permission": "customers.veiw"})
