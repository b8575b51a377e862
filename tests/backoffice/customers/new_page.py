"""What the tests of the new-customer page share: a filled form as the browser sends it."""

import html
import re
from typing import Any

from django.test import Client

from malha.contracts.models import Plan
from malha.network.models import Router
from tests import make

URL = "/clientes/novo/"
TOKEN = "k" * 32


def customer(**changes: Any) -> dict[str, Any]:
    """The fields of a customer without an access; `changes` by the name in the page, `_` for `-` after the prefix."""
    fields = {
        "token": TOKEN,
        "customer-name": "Rosa Maria Duarte",
        "customer-person_type": "INDIVIDUAL",
        "customer-cpf_cnpj": make.CPF,
        "customer-rg_ie": "MG-00.000.000",
        "customer-birth_date": "14/03/1978",
        "customer-email": "Rosa.Duarte@exemplo.com.br",
        "phones-0-number": "(35) 98800-0204",
        "phones-0-owner": "Rosa (celular)",
        "phones-0-has_whatsapp": "on",
        "address-cep": "37000-120",
        "address-street": "Rua das Acácias",
        "address-number": "312",
        "address-district": "Vila Aurora",
        "address-city": "Monte Claro",
        "address-uf": "MG",
        "contract-due_day": "20",
        "contract-first_charge": "PRORATED",
        "contract-auto_notice": "on",
        "contract-auto_block": "on",
    }
    return {**fields, **changes}


def access(router: Router, plan: Plan, index: int = 0, **changes: str) -> dict[str, str]:
    """The four fields of an access, as posted."""
    fields = {"username": f"rosa.duarte{index or ''}", "password": make.PASSWORD, "router": str(router.pk), "plan": str(plan.pk), **changes}
    return {f"accesses-{index}-{name}": value for name, value in fields.items()}


def value_of(page: str, name: str) -> str | None:
    """What stands in a field of the page."""
    found = re.search(rf'<(?:input|textarea)[^>]* name="{re.escape(name)}"[^>]*>([^<]*)', page)
    if found is None:
        return None
    value = re.search(r' value="([^"]*)"', found[0])
    return html.unescape(value[1] if value else found[1].strip())


def error_of(page: str, name: str) -> str | None:
    """The sentence under a field that is wrong."""
    found = re.search(rf'id="id_{re.escape(name)}_error">([^<]*)<', page)
    return html.unescape(found[1]) if found else None


def errors(page: str) -> set[str]:
    """The fields that are marked as wrong."""
    return set(re.findall(r'id="id_([^"]+)_error"', page))


def posted(client: Client, fields: dict[str, Any], **headers: Any) -> str:
    """The page after a refused form."""
    answer = client.post(URL, fields, **headers)
    assert answer.status_code == 422, answer.get("Location")
    return answer.content.decode()
