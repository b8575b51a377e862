"""The filled contract: right values, nothing dangerous, kept for ever."""

import hashlib
from datetime import timedelta

import pytest

from malha.contracts import standard_template
from malha.contracts.models import ContractDocument
from malha.contracts.services import templates
from malha.core import clock
from malha.core.errors import BusinessError
from malha.core.history import SYSTEM
from malha.customers.models import Customer
from malha.domain.placeholders import ALLOWED_PLACEHOLDERS
from malha.journeys import contract_documents, onboarding
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make.company()
    template = templates.create(name="Padrão", body=standard_template.BODY, actor=SYSTEM)
    plan = make.plan(name="Fibra 500 Mega", price="119,90")
    form = make.sign_up(
        accesses=(make.access_data(username="rosa.duarte", plan_id=plan.pk),),
        template_id=template.pk,
        discount=make.Money.parse_brl("10,00"),
    )
    return onboarding.sign_up(data=form, actor=SYSTEM).contract


def test_every_allowed_placeholder_has_a_value_of_its_own(contract):
    assert set(contract_documents.values_of(contract)) == set(contract_documents.SAMPLE) == set(ALLOWED_PLACEHOLDERS)


def test_the_text_says_what_was_agreed(contract):
    html = contract_documents.preview(contract=contract).html

    for text in ("Rosa Maria Duarte", "529.982.247-25", "Fibra 500 Mega", "109,90", "cento e nove reais e noventa centavos"):
        assert text in html
    assert "vencimento todo dia 20" in html


def test_what_is_not_known_is_listed_before_printing(contract):
    empty = contract_documents.preview(contract=contract).empty

    assert {"cliente_rg_ie", "fidelidade_meses", "equipamentos", "codigo_oferta"} <= set(empty)
    assert "cliente_nome" not in empty


def test_a_name_with_markup_is_printed_not_obeyed(contract):
    Customer.objects.update(name="<script>alert(1)</script> {{provedor_cnpj}}")
    contract.customer.refresh_from_db()

    html = contract_documents.preview(contract=contract).html

    assert "<script>" not in html
    assert "{{provedor_cnpj}}" in html


def test_a_printed_contract_keeps_its_text_and_hash_when_the_template_changes(contract):
    first = contract_documents.make(contract=contract, actor=SYSTEM)
    templates.update(template=contract.template, name="Padrão", body="<p>Novo {{plano}}</p>", actor=SYSTEM)

    second = contract_documents.make(contract=contract, actor=SYSTEM)

    kept = ContractDocument.objects.get(pk=first.pk)
    data = kept.file.read()
    assert data.startswith(b"%PDF")
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.version.version, second.version.version) == (1, 2)


def test_without_a_template_the_person_is_told_what_to_do(contract):
    contract.template = None

    with pytest.raises(BusinessError) as refused:
        contract_documents.preview(contract=contract)

    assert refused.value.code == "no_template"


def test_a_discount_that_has_ended_is_not_printed(contract):
    contract.discount_until = clock.today() - timedelta(days=1)

    assert "119,90" in contract_documents.preview(contract=contract).html
