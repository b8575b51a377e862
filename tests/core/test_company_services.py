"""The provider's own row."""

from datetime import date

import pytest

from malha.core import company_services as services
from malha.core.company_services import CompanyData
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry

pytestmark = pytest.mark.django_db
VALE = CompanyData(legal_name="Vale Fibra Ltda", cnpj="11.222.333/0001-81", phone="(35) 3222-1000", uf="mg", cep="37000-120")


def test_the_company_is_made_once_with_an_installation_id_of_its_own():
    made = services.create(data=VALE, actor=SYSTEM)

    assert len(made.installation_id) == 8
    assert int(made.installation_id, 16) >= 0
    assert (made.cnpj, made.phone, made.uf, made.cep) == ("11222333000181", "+553532221000", "MG", "37000120")
    with pytest.raises(StateConflict):
        services.create(data=VALE, actor=SYSTEM)


def test_a_change_records_only_what_differs():
    made = services.create(data=VALE, actor=SYSTEM)
    data = services.data_of(made)

    services.update(data=CompanyData(**{**data.__dict__, "days_ahead": 15}), actor=SYSTEM)
    services.update(data=CompanyData(**{**data.__dict__, "days_ahead": 15}), actor=SYSTEM)

    entry = HistoryEntry.objects.get(verb="company.changed")
    assert (entry.before, entry.after) == ({"days_ahead": 10}, {"days_ahead": 15})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"legal_name": " "}, "legal_name"),
        ({"legal_name": "x" * 10_000}, "legal_name"),
        ({"cnpj": "11.222.333/0001-80"}, "cnpj"),
        ({"timezone": "Europe/Lisbon"}, "timezone"),
        ({"offered_due_days": []}, "offered_due_days"),
        ({"offered_due_days": [0, 32]}, "offered_due_days"),
        ({"days_ahead": 4}, "days_ahead"),
        ({"email": "vale"}, "email"),
        ({"tax_regime": 9}, "tax_regime"),
        ({"phone": "12"}, "phone"),
    ],
)
def test_wrong_data_is_refused_field_by_field(values, field):
    with pytest.raises(BusinessError) as caught:
        services.create(data=CompanyData(**{"legal_name": "Vale", **values}), actor=SYSTEM)
    assert set(caught.value.fields) == {field}


def test_offered_days_are_sorted_and_said_once():
    made = services.create(data=CompanyData(legal_name="Vale", offered_due_days=[20, 5, 5]), actor=SYSTEM)

    assert made.offered_due_days == [5, 20]


def test_a_national_holiday_is_known_already():
    with pytest.raises(BusinessError) as caught:
        services.add_holiday(day=date(2026, 9, 7), name="Independência", actor=SYSTEM)
    assert "date" in caught.value.fields

    services.add_holiday(day=date(2026, 8, 6), name="Aniversário da cidade", actor=SYSTEM)
    with pytest.raises(BusinessError):
        services.add_holiday(day=date(2026, 8, 6), name="Outra vez", actor=SYSTEM)
