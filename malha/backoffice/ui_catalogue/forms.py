"""One form with every widget, for the catalogue and for the tests of accessibility."""

from typing import Any

from django import forms

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
)


class SampleForm(forms.Form):
    """Names and sentences as the prototypes have them; this page is for whoever builds pages, so it is not translated."""

    name = forms.CharField(label="Nome", max_length=150)
    person_type = forms.ChoiceField(
        label="Tipo de pessoa", choices=[("INDIVIDUAL", "Física"), ("COMPANY", "Jurídica")], widget=RadioSegment, initial="INDIVIDUAL"
    )
    cpf_cnpj = CpfCnpjField(label="CPF", required=False)
    rg = forms.CharField(label="RG", required=False, max_length=20)
    birth_date = BrDateField(label="Data de nascimento", required=False)
    email = forms.EmailField(
        label="E-mail", required=False, help_text="Recebe cobranças e avisos e serve para entrar na Central do Cliente."
    )
    group = forms.ChoiceField(label="Grupo", required=False, choices=[("", "Nenhum"), ("1", "Residencial")])
    phone = PhoneField(label="Telefone", default_ddd="35")
    has_whatsapp = forms.BooleanField(label="Tem WhatsApp", required=False, initial=True)
    cep = CepField(label="CEP", required=False)
    discount = MoneyFormField(label="Desconto", required=False)
    method = forms.ChoiceField(
        label="Formas de pagamento",
        choices=[("gateway", "Integrada com gateway"), ("manual", "Informal")],
        initial="gateway",
        widget=OptionCards(
            descriptions={
                "gateway": "Pix e boleto com código de barras; a baixa é automática.",
                "manual": "Sem código de barras; o pagamento é confirmado por você.",
            }
        ),
    )
    password = forms.CharField(label="Senha", widget=PasswordReveal(render_value=True, generates=True))
    notes = forms.CharField(label="Observações", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def filled() -> SampleForm:
    """The form as somebody left it half-way: some right, one missing, one wrong."""
    data: dict[str, Any] = {
        "name": "Rosa Maria Duarte",
        "person_type": "INDIVIDUAL",
        "cpf_cnpj": "529.982.247-25",
        "rg": "MG-00.000.000",
        "birth_date": "31/02/1978",
        "email": "rosa.duarte@exemplo.com.br",
        "group": "1",
        "phone": "",
        "has_whatsapp": "on",
        "cep": "37000-120",
        "discount": "10,00",
        "method": "gateway",
        "password": "x7kqw-29pmt",
    }
    form = SampleForm(data)
    confirm(form, "cpf_cnpj", "CPF válido")
    return form
