"""Form fields read what Brazilians type, and the renderer ties label, control, hint and error together."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from malha.core.errors import BusinessError
from malha.core.forms import (
    BrDateField,
    CepField,
    CpfCnpjField,
    MoneyFormField,
    OptionCards,
    PasswordReveal,
    PhoneField,
    RadioSegment,
    confirm,
    put_errors,
)
from malha.domain.money import Money


class Sample(forms.Form):
    name = forms.CharField(label="Nome", max_length=20)
    email = forms.EmailField(label="E-mail", required=False, help_text="Recebe avisos.")
    kind = forms.ChoiceField(label="Tipo", choices=[("f", "Física"), ("j", "Jurídica")], widget=RadioSegment)
    method = forms.ChoiceField(
        label="Forma", choices=[("g", "Gateway"), ("m", "Informal")], widget=OptionCards(descriptions={"m": "Sem código de barras."})
    )
    price = MoneyFormField(label="Valor", required=False)
    password = forms.CharField(label="Senha", widget=PasswordReveal(generates=True))
    is_ok = forms.BooleanField(label="Tem WhatsApp", required=False)


def drawn(form: forms.Form, name: str, options: str = "") -> str:
    return Template("{% field bound " + options + " %}").render(Context({"bound": form[name]}))


@pytest.mark.parametrize("typed", ["1234,56", "1.234,56", "1234.56", "R$ 1.234,56", " 1234,56 "])
def test_money_is_read_however_it_is_typed(typed: str) -> None:
    assert MoneyFormField().clean(typed) == Money(123456)


@pytest.mark.parametrize(("typed", "code"), [("", "required"), ("abc", "money_invalid"), ("1,2,3", "money_invalid"), ("-1", "minimum")])
def test_what_is_no_amount_is_refused(typed: str, code: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MoneyFormField().clean(typed)

    assert refusal.value.code == code


def test_a_negative_amount_says_what_to_type() -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MoneyFormField().clean("-1")

    assert refusal.value.messages == ["Digite um valor de R$\u00a00,00 ou mais."]


def test_an_optional_amount_left_empty_is_nothing_not_zero() -> None:
    assert MoneyFormField(required=False).clean("") is None
    assert MoneyFormField(minimum=None).clean("-1,00") == Money(-100)


def test_money_is_unchanged_when_only_written_otherwise() -> None:
    assert not MoneyFormField().has_changed(Money(123456), "1234.56")
    assert MoneyFormField().has_changed(Money(123456), "1234.57")


@pytest.mark.parametrize("typed", ["24/11/2026", "24-11-2026", "24.11.2026", "24112026", "2026-11-24", " 24/11/2026 "])
def test_a_date_is_read_however_it_is_typed(typed: str) -> None:
    assert BrDateField().clean(typed) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Digite uma data"),
        ("24/11/26", "Digite a data como dia/mês/ano"),
        ("31/02/2026", "Este dia não existe"),
        ("29/02/2025", "Este dia não existe"),
        ("01/13/2026", "Este dia não existe"),
        ("24/11/0206", "Confira o ano"),
        ("amanhã", "Digite a data como dia/mês/ano"),
        ("٢٤/١١/٢٠٢٦", "Digite a data como dia/mês/ano"),
    ],
)
def test_a_wrong_date_says_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        BrDateField().clean(typed)

    assert refusal.value.messages[0].startswith(sentence)


def test_documents_phones_and_ceps_lose_their_punctuation() -> None:
    assert CpfCnpjField().clean("529.982.247-25") == "52998224725"
    assert PhoneField(default_ddd="35").clean("98800-0204") == "+5535988000204"
    assert CepField().clean("37000-120") == "37000120"
    assert CepField(required=False).clean("") == ""


def test_an_invalid_cpf_says_what_to_do() -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        CpfCnpjField().clean("529.982.247-26")

    assert refusal.value.code == "cpf_check_digit"


def test_label_and_control_belong_together() -> None:
    html = drawn(Sample(), "name", '"md-8"')

    assert html.startswith('<div class="col-md-8">')
    assert '<label class="form-label req" for="id_name">Nome' in html
    assert 'class="form-control"' in html
    assert "aria-invalid" not in html


def test_hint_and_error_are_tied_to_the_control() -> None:
    html = drawn(Sample({"email": "x"}), "email")

    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_helptext">Recebe avisos.' in html
    assert 'class="hint bad" id="id_email_error"' in html
    assert "is-bad" in html


def test_a_hint_given_by_the_page_is_tied_too() -> None:
    html = drawn(Sample(), "name", 'hint="Como no documento."')

    assert 'aria-describedby="id_name_helptext"' in html
    assert "Como no documento." in html


def test_a_confirmation_is_tied_and_yields_to_an_error() -> None:
    good, bad = Sample({"email": "a@b.example"}), Sample({"email": "x"})
    confirm(good, "email", "Confere")
    confirm(bad, "email", "Confere")

    assert "id_email_ok" in drawn(good, "email") and "Confere" in drawn(good, "email")
    assert "Confere" not in drawn(bad, "email")


def test_radios_are_a_named_group_that_carries_the_error() -> None:
    html = drawn(Sample({}), "kind")

    assert 'role="radiogroup" aria-labelledby="id_kind_label" aria-describedby="id_kind_error"' in html
    assert 'id="id_kind_label">Tipo' in html
    assert '<label for="id_kind_1">Jurídica</label>' in html


def test_option_cards_mark_the_chosen_one_without_javascript() -> None:
    html = drawn(Sample({"method": "m"}), "method")

    assert html.count("opt-card on") == 1
    assert "Sem código de barras." in html


def test_a_password_typed_wrong_is_not_sent_back() -> None:
    html = drawn(Sample({"password": "segredo"}), "password")

    assert "segredo" not in html
    assert 'data-reveal="id_password"' in html
    assert 'data-generate="id_password"' in html


def test_money_comes_back_as_it_is_typed() -> None:
    assert 'value="1.234,56"' in drawn(Sample(initial={"price": Money(123456)}), "price")
    assert 'value="12x"' in drawn(Sample({"price": "12x"}), "price")


def test_a_checkbox_stands_before_its_label() -> None:
    html = drawn(Sample(), "is_ok")

    assert html.index("<input") < html.index("Tem WhatsApp")
    assert "form-check-input" in html


def test_what_a_person_typed_is_escaped() -> None:
    html = drawn(Sample({"name": '"><script>x</script>'}), "name")

    assert "<script>" not in html


def test_a_refusal_lands_under_its_field_or_above_the_form() -> None:
    form = Sample({"name": "Rosa", "kind": "f", "method": "m", "password": "x"})
    assert form.is_valid()

    put_errors(
        form,
        BusinessError("invalid", "Confira.", fields={"full_name": "Já existe.", "router": "Escolha outro."}),
        rename={"full_name": "name"},
    )

    assert form.errors["name"] == ["Já existe."]
    assert form.non_field_errors() == ["Escolha outro."]


def test_a_refusal_without_fields_stands_above_the_form() -> None:
    form = Sample({"name": "Rosa", "kind": "f", "method": "m", "password": "x"})

    put_errors(form, BusinessError("conflict", "Alguém foi mais rápido. Recarregue a página."))

    html = Template('{% include "ui/forms/_errors.html" %}').render(Context({"form": form}))
    assert 'role="alert"' in html
    assert "Alguém foi mais rápido." in html


def test_no_widget_needs_an_inline_style_or_script() -> None:
    form: Any = Sample({})
    html = str(form)

    assert "style=" not in html
    assert "<script" not in html
    assert " on" not in html.replace("opt-card on", "")
