"""From an empty database to a company with an administrator."""

from pathlib import Path

import pytest

from malha.cashbook.models import CashAccount
from malha.contracts.models import CollectionMethod, ContractTemplate
from malha.core.company_services import CompanyData
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.core.models import Company
from malha.dunning.queries import default_policy
from malha.journeys import first_setup
from malha.journeys.first_setup import FirstSetup
from malha.staff.data import UserData
from malha.staff.models import User
from tests import make

pytestmark = pytest.mark.django_db
PASSWORD = "serra do mar 1969"


@pytest.fixture(autouse=True)
def _own_data_dir(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path


def data(password: str = PASSWORD, legal_name: str = "Vale Fibra Ltda", username: str = "marina") -> FirstSetup:
    return FirstSetup(
        company=CompanyData(legal_name=legal_name, timezone="America/Rio_Branco"),
        administrator=UserData(name="Marina Rocha", username=username, role="SALES"),
        password=password,
    )


def test_the_code_makes_company_administrator_and_standards():
    code = first_setup.issue_code()

    user = first_setup.set_up(code=code, data=data(), actor=SYSTEM)

    assert (user.role, user.must_change_password) == ("ADMIN", False)
    assert user.check_password(PASSWORD)
    assert Company.objects.get().timezone == "America/Rio_Branco"
    assert CollectionMethod.objects.get().is_default
    assert ContractTemplate.objects.get().is_default
    assert default_policy().name == "Padrão"
    assert CashAccount.objects.get().is_default
    assert not first_setup.code_path().exists()


def test_the_code_is_the_same_until_it_is_used_and_only_its_owner_reads_it():
    assert first_setup.issue_code() == first_setup.issue_code()
    assert first_setup.code_path().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("code", ["", "errado"])
def test_a_wrong_code_opens_nothing(code):
    first_setup.issue_code()

    with pytest.raises(BusinessError) as caught:
        first_setup.set_up(code=code, data=data(), actor=SYSTEM)
    assert caught.value.code == "wrong_code"
    assert not User.objects.exists()


def test_without_an_issued_code_nothing_fits():
    assert not first_setup.is_code_right("")


def test_once_there_is_a_user_the_code_is_dead():
    code = first_setup.issue_code()
    make.user()

    assert not first_setup.is_code_right(code)
    with pytest.raises(BusinessError):
        first_setup.issue_code()


def test_what_is_wrong_with_both_halves_is_told_at_once_and_nothing_is_written():
    code = first_setup.issue_code()

    with pytest.raises(BusinessError) as caught:
        first_setup.set_up(code=code, data=data(password="curta", legal_name="", username="joão"), actor=SYSTEM)

    assert set(caught.value.fields) == {"company.legal_name", "administrator.username", "administrator.password"}
    assert not User.objects.exists()
    assert not Company.objects.exists()
    assert first_setup.is_code_right(code)
