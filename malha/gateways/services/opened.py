"""Gateways that are open in this process, one per account, opened anew when the account changed and on every new day."""

import json
import threading
from datetime import date, datetime

from malha.core import clock, company
from malha.gateways import registry
from malha.gateways.base import AccountFacts, Beneficiary, Environment, Gateway
from malha.gateways.models import GatewayAccount

_lock = threading.Lock()
_open: dict[int, tuple[tuple[datetime, date], Gateway]] = {}


def facts(account: GatewayAccount) -> AccountFacts:
    """The account as its adapter sees it."""
    provider = company.current()
    return AccountFacts(
        account_id=account.pk,
        environment=Environment(account.environment),
        settings=json.loads(account.settings or "{}"),
        beneficiary=Beneficiary(
            name=account.beneficiary_name or provider.legal_name,
            document=account.beneficiary_document or provider.cnpj,
            city=provider.city,
            uf=provider.uf,
            address=", ".join(part for part in (provider.street, provider.number, provider.district) if part),
            cep=provider.cep,
        ),
        pix_key=account.pix_key,
        webhook_secret=account.webhook_secret,
        today=clock.today(),
    )


def gateway(account: GatewayAccount) -> Gateway:
    """The gateway of an account. Raises what `Adapter.open` raises, and UnknownAdapter."""
    since = (account.updated_at, clock.today())  # an adapter knows what day it is from its facts
    with _lock:
        known = _open.get(account.pk)
        if known is not None and known[0] == since:
            return known[1]
        fresh = registry.adapter(account.collection_method.adapter).open(facts(account))
        _open[account.pk] = (since, fresh)
    if known is not None:
        known[1].close()
    return fresh


def close_all() -> None:
    """Hang up everywhere."""
    with _lock:
        gateways = [each for _since, each in _open.values()]
        _open.clear()
    for each in gateways:
        each.close()
