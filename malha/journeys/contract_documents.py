"""The written contract, filled with what is known of customer, contract and accesses, as page and as PDF."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractDocument, ContractTemplate, TemplateVersion
from malha.contracts.services import templates
from malha.core import clock, company, history, pdf
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.models import Company
from malha.customers.models import Address, Customer
from malha.domain import billing, documents, phones, words
from malha.domain.money import ZERO, Money
from malha.network.models import Access, SyncState

SIGNATURE_LINE = "_" * 40
MEGA = 1000


@dataclass(frozen=True)
class Preview:
    """A filled text and the placeholders that had nothing to say, to be told before printing."""

    html: str
    empty: tuple[str, ...]
    version: TemplateVersion


def preview(*, contract: Contract, template: ContractTemplate | None = None) -> Preview:
    """The contract's text as it would be printed now. Raises BusinessError("no_template") without a text to print."""
    chosen = template or contract.template
    version = templates.latest_version(chosen) if chosen is not None else None
    if version is None:
        raise BusinessError("no_template", _("This contract has no written template. Choose one in the contract's data."))
    html, empty = templates.filled(version.body, values_of(contract), escape=escape)
    return Preview(html=html, empty=empty, version=version)


@transaction.atomic
def make(*, contract: Contract, actor: Actor) -> ContractDocument:
    """Print the contract: text and PDF are kept for ever, with their version and hash. Raises BusinessError."""
    filled = preview(contract=contract)
    data = render_pdf(filled, title=_("Contract %(number)s") % {"number": contract.number})
    document = ContractDocument(
        contract=contract,
        version=filled.version,
        body=filled.html,
        sha256=hashlib.sha256(data).hexdigest(),
        made_at=clock.now(),
        made_by_id=actor.id if actor.kind == "user" else None,
    )
    document.file.save(f"contrato-{contract.number}-v{filled.version.version}.pdf", ContentFile(data), save=False)
    document.save(force_insert=True)
    history.record(
        contract,
        "contract.printed",
        actor=actor,
        after={"template": str(filled.version), "sha256": document.sha256},
        customer_id=contract.customer_id,
    )
    return document


def render_pdf(filled: Preview, *, title: str) -> bytes:
    """The filled text on A4. The text was cleaned when it was saved and its values were escaped when it was filled."""
    html = render_to_string("print/contract.html", {"title": title, "body": mark_safe(filled.html)})
    return pdf.render(html, style="contract")


def sample(body: str) -> str:
    """A template's text with believable values, for the preview in the editor."""
    return templates.filled(body, SAMPLE, escape=escape)[0]


def values_of(contract: Contract) -> dict[str, str]:
    """Every placeholder of domain.md §9 for this contract; an empty value is one that is not known."""
    customer = contract.customer
    rows = list(
        Access.objects.filter(contract=contract)
        .exclude(sync_state__in=(SyncState.REMOVING, SyncState.REMOVED))
        .select_related("plan")
        .defer("password")
    )
    return {
        **_provider(company.current()),
        **_customer(customer),
        **_contract(contract, rows),
        "login": ", ".join(row.username for row in rows),
        "ip": ", ".join(row.ipv4 for row in rows if row.ipv4),
        "equipamentos": ", ".join(row.equipment for row in rows if row.equipment),
        "assinatura_cliente": f"{SIGNATURE_LINE} {customer.name}",
        "assinatura_provedor": f"{SIGNATURE_LINE} {company.current().display_name}",
        "testemunhas": f"{SIGNATURE_LINE} {SIGNATURE_LINE}",
    }


def _provider(found: Company) -> dict[str, str]:
    return {
        "provedor_nome": found.legal_name,
        "provedor_cnpj": documents.format_document(found.cnpj) if found.cnpj else "",
        "provedor_endereco": ", ".join(part for part in (found.street, found.number) if part),
        "provedor_bairro": found.district,
        "provedor_cidade": found.city,
        "provedor_uf": found.uf,
    }


def _customer(customer: Customer) -> dict[str, str]:
    return {
        "cliente_nome": customer.name,
        "cliente_cpf_cnpj": documents.format_document(customer.cpf_cnpj) if customer.cpf_cnpj else "",
        "cliente_rg_ie": customer.rg_ie,
        "cliente_endereco": _street(customer.address),
        "cliente_bairro": customer.address.district,
        "cliente_cidade": customer.address.city,
        "cliente_uf": customer.address.uf,
        "cliente_telefone": phones.format_phone(customer.main_phone) if customer.main_phone else "",
        "cliente_email": customer.email,
    }


def _contract(contract: Contract, rows: list[Access]) -> dict[str, str]:
    total = monthly_total(contract)
    plans = [row.plan for row in rows]
    benefit = contract.minimum_term_benefit
    return {
        "contrato_numero": str(contract.number),
        "data": _short(contract.signed_on),
        "data_extenso": words.date_in_words(contract.signed_on),
        "plano": ", ".join(plan.name for plan in plans),
        "download": ", ".join(f"{plan.download_kbps // MEGA} Mega" for plan in plans),
        "upload": ", ".join(f"{plan.upload_kbps // MEGA} Mega" for plan in plans),
        "valor": total.format_brl(),
        "valor_extenso": words.in_words_ptbr(total),
        "dia_vencimento": str(contract.due_day),
        "fidelidade_meses": str(contract.minimum_term_months or ""),
        "multa_fidelidade": benefit.format_brl() if benefit else "",
        "endereco_instalacao": _street(contract.service_address or contract.customer.address),
        "codigo_oferta": ", ".join(plan.offer_code for plan in plans if plan.offer_code),
    }


def monthly_total(contract: Contract) -> Money:
    """What the contract costs a month today: its items less the discount plus the surcharge, never under zero."""
    amounts = [item.amount * item.quantity for item in contract.items.filter(ends_on__isnull=True)]
    is_over = contract.discount_until is not None and contract.discount_until < clock.today()
    return billing.monthly_total(amounts, ZERO if is_over else contract.discount, contract.surcharge)


def _street(address: Address) -> str:
    return ", ".join(part for part in (address.street, address.number, address.complement) if part)


def _short(day: date) -> str:
    return day.strftime("%d/%m/%Y")


SAMPLE = {
    "provedor_nome": "Vale Fibra Telecomunicações Ltda",
    "provedor_cnpj": "11.222.333/0001-81",
    "provedor_endereco": "Rua Direita, 100",
    "provedor_bairro": "Centro",
    "provedor_cidade": "Monte Claro",
    "provedor_uf": "MG",
    "cliente_nome": "Rosa Maria Duarte",
    "cliente_cpf_cnpj": "529.982.247-25",
    "cliente_rg_ie": "MG-00.000.000",
    "cliente_endereco": "Rua das Acácias, 312",
    "cliente_bairro": "Vila Aurora",
    "cliente_cidade": "Monte Claro",
    "cliente_uf": "MG",
    "cliente_telefone": "(35) 98800-0204",
    "cliente_email": "rosa.duarte@exemplo.com.br",
    "contrato_numero": "1042",
    "data": "24/11/2026",
    "data_extenso": "24 de novembro de 2026",
    "plano": "Fibra 500 Mega",
    "download": "500 Mega",
    "upload": "250 Mega",
    "valor": "R$ 109,90",
    "valor_extenso": "cento e nove reais e noventa centavos",
    "dia_vencimento": "20",
    "fidelidade_meses": "12",
    "multa_fidelidade": "R$ 240,00",
    "endereco_instalacao": "Rua das Acácias, 312",
    "codigo_oferta": "F500-2026",
    "login": "rosa.duarte",
    "ip": "100.64.8.114",
    "equipamentos": "ONU e roteador",
    "assinatura_cliente": SIGNATURE_LINE,
    "assinatura_provedor": SIGNATURE_LINE,
    "testemunhas": f"{SIGNATURE_LINE} {SIGNATURE_LINE}",
}
