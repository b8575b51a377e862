"""The tree of categories and the list of suppliers."""

import pytest

from malha.cashbook import queries
from malha.cashbook.data import CategoryData, SupplierData
from malha.cashbook.models import Category, Supplier
from malha.cashbook.services import categories, suppliers
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM
from malha.core.models import HistoryEntry
from tests import cashbook_make, make

pytestmark = pytest.mark.django_db


def test_codes_are_given_in_order_and_the_tree_is_sorted_as_people_count():
    costs = cashbook_make.category("Custos")
    for n in range(1, 11):
        cashbook_make.category(f"Linha {n}", parent_id=costs.pk)

    nodes = [(node.category.code, node.depth) for node in queries.categories()]
    assert nodes == [("1", 0), *[(f"1.{n}", 1) for n in range(1, 11)]]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"kind": "UP"}, "kind"),
        ({"code": "1.x"}, "code"),
        ({"code": "1"}, "code"),
        ({"parent_id": 0}, "parent"),
    ],
)
def test_what_is_wrong_with_a_category_is_told_by_field(values, field):
    cashbook_make.category(code="1")

    with pytest.raises(BusinessError) as refused:
        categories.create(data=CategoryData(**{"name": "Energia", "kind": "OUT", **values}), actor=SYSTEM)

    assert field in refused.value.fields
    assert Category.objects.count() == 1


def test_a_category_lies_neither_under_itself_nor_under_one_of_the_other_way():
    top = cashbook_make.category("Custos")
    below = cashbook_make.category("Rede", parent_id=top.pk)
    income = cashbook_make.category("Receitas", kind="IN")

    for parent in (top, below, income):
        with pytest.raises(BusinessError) as refused:
            categories.change(category=top, data=CategoryData(name="Custos", kind="OUT", parent_id=parent.pk), actor=SYSTEM)
        assert set(refused.value.fields) == {"parent"}


def test_what_lies_under_a_category_holds_its_kind():
    category = cashbook_make.category("Energia")
    cashbook_make.entry("-5,00", category_id=category.pk)

    with pytest.raises(BusinessError) as refused:
        categories.change(category=category, data=CategoryData(name="Energia", kind="IN"), actor=SYSTEM)

    assert set(refused.value.fields) == {"kind"}


def test_a_category_out_of_use_is_not_offered_and_takes_nothing():
    category = cashbook_make.category()
    categories.set_active(category=category, is_active=False, actor=SYSTEM)

    with pytest.raises(StateConflict):
        categories.set_active(category=category, is_active=False, actor=SYSTEM)
    with pytest.raises(BusinessError):
        cashbook_make.entry("-1,00", category_id=category.pk)
    assert queries.categories(only_active=True) == []


def test_a_plan_to_begin_with_is_made_once():
    assert categories.create_standard(actor=SYSTEM) == Category.objects.count() > 10
    assert categories.create_standard(actor=SYSTEM) == 0


def test_a_supplier_is_stored_in_normal_form():
    make.company(phone="+553588000204")

    supplier = cashbook_make.supplier(" Energisa  Minas ", cpf_cnpj="11.222.333/0001-81", phone="98800-0204", email="a@exemplo.com.br")

    assert (supplier.legal_name, supplier.cpf_cnpj, supplier.phone) == ("Energisa Minas", "11222333000181", "+5535988000204")
    assert HistoryEntry.objects.filter(verb="supplier.created").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"legal_name": "x" * 151}, "legal_name"),
        ({"cpf_cnpj": "11.222.333/0001-82"}, "cpf_cnpj"),
        ({"cpf_cnpj": "529.982.247-25"}, "cpf_cnpj"),
        ({"phone": "123"}, "phone"),
        ({"email": "sem-arroba"}, "email"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_what_is_wrong_with_a_supplier_is_told_by_field(values, field):
    cashbook_make.supplier("Outro", cpf_cnpj="529.982.247-25")

    with pytest.raises(BusinessError) as refused:
        suppliers.create(data=SupplierData(**{"legal_name": "Energisa", **values}), actor=SYSTEM)

    assert set(refused.value.fields) == {field}


def test_a_supplier_is_changed_archived_and_brought_back():
    supplier = cashbook_make.supplier()

    suppliers.change(supplier=supplier, data=SupplierData(legal_name="Cemig"), actor=SYSTEM)
    suppliers.archive(supplier=supplier, actor=SYSTEM)
    with pytest.raises(StateConflict):
        suppliers.archive(supplier=supplier, actor=SYSTEM)
    assert list(queries.suppliers()) == []
    suppliers.restore(supplier=supplier, actor=SYSTEM)

    assert [row.legal_name for row in queries.suppliers(text="cemi")] == ["Cemig"]
    assert Supplier.objects.get().archived_at is None
