"""Written contracts: an allow-list of placeholders, versions that are never overwritten, text that cannot bite."""

import pytest

from malha.contracts import standard_template
from malha.contracts.models import ContractTemplate, TemplateVersion
from malha.contracts.services import templates
from malha.core.errors import BusinessError, StateConflict
from malha.core.history import SYSTEM

pytestmark = pytest.mark.django_db
BODY = "<p>Contrato de {{cliente_nome}}</p>"


def create(**values):
    return templates.create(**{"name": "Residencial", "body": BODY, "actor": SYSTEM, **values})


def test_an_unknown_placeholder_is_refused_by_name():
    with pytest.raises(BusinessError) as refused:
        create(body="<p>{{cliente_nome}} {{cliente_apelido}}</p>")

    assert "{{cliente_apelido}}" in refused.value.fields["body"]
    assert "{{cliente_nome}}" not in refused.value.fields["body"]


@pytest.mark.parametrize("body", ["", "<p> </p>", "<script>x</script>"])
def test_a_template_without_text_is_refused(body):
    with pytest.raises(BusinessError) as refused:
        create(body=body)

    assert "body" in refused.value.fields


def test_scripts_links_and_pictures_do_not_survive():
    template = create(body='<p onclick="x()">A<script>alert(1)</script><a href="http://x">b</a><img src="http://x/y"></p>')

    assert TemplateVersion.objects.get(template=template).body == "<p>Ab</p>"


def test_a_changed_text_makes_a_version_and_the_old_one_stays():
    template = create()

    templates.update(template=template, name="Residencial", body="<p>Outro {{plano}}</p>", actor=SYSTEM)
    templates.update(template=template, name="Residencial 12", body="<p>Outro {{plano}}</p>", actor=SYSTEM)

    assert list(template.versions.order_by("version").values_list("version", "body")) == [(1, BODY), (2, "<p>Outro {{plano}}</p>")]
    assert ContractTemplate.objects.get().name == "Residencial 12"


def test_exactly_one_of_a_kind_is_the_default():
    first, second = create(), create(name="Empresas")
    assert (first.is_default, second.is_default) == (True, False)

    templates.set_default(template=second, actor=SYSTEM)

    assert list(ContractTemplate.objects.filter(is_default=True)) == [second]


def test_the_default_cannot_be_taken_away_nor_an_inactive_one_made_default():
    first, second = create(), create(name="Empresas")
    with pytest.raises(BusinessError):
        templates.set_active(template=first, is_active=False, actor=SYSTEM)
    templates.set_active(template=second, is_active=False, actor=SYSTEM)

    with pytest.raises(StateConflict):
        templates.set_default(template=second, actor=SYSTEM)


def test_a_name_is_not_used_twice():
    create()

    with pytest.raises(BusinessError) as refused:
        create(name="RESIDENCIAL")

    assert "name" in refused.value.fields


def test_the_standard_template_uses_only_known_placeholders():
    assert create(name=standard_template.NAME, body=standard_template.BODY).is_default
