"""The editor of a template."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from malha.contracts.models import ContractTemplate, TemplateKind


class TemplateForm(forms.Form):
    """Name and text. The text is HTML with a few tags; the buttons beside it insert them and the placeholders."""

    name = forms.CharField(
        label=_("Name"), error_messages={"required": _("Give the template a name, for example Residencial 12 meses.")}
    )
    code = forms.CharField(label=_("Code"), max_length=20, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=TemplateKind.choices, initial=TemplateKind.CONTRACT)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 24, "class": "mono", "data-template-body": True}),
        error_messages={"required": _("Write the text of the contract.")},
    )

    def __init__(self, *args: Any, template: ContractTemplate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if template is not None:
            del self.fields["kind"]
