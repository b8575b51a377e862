"""The Pix API of Bacen as a gateway: cobv and cob, automatic debits, recurrences, refunds."""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from malha.domain.brcode import dynamic_code, recurrence_code
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.gateways.adapters.bacen_pix import errors, mapping, recurring
from malha.gateways.adapters.bacen_pix.client import Client
from malha.gateways.adapters.bacen_pix.forms import PixForm
from malha.gateways.adapters.bacen_pix.profiles import OTHER, PROFILES, Profile, TokenStyle
from malha.gateways.base import (
    AccountFacts,
    Changes,
    Checked,
    Environment,
    Feature,
    Kind,
    Notice,
    Order,
    PermanentFailure,
    Recurrence,
    RecurrenceOffer,
    Reference,
    Refunded,
    Registered,
    RemoteStatus,
    Status,
    Trust,
    WebhookCall,
)
from malha.gateways.wire import Certificate, Refusal, read_certificate, tls_context

PAGE: Final = 100
# Some PSPs answer no longer stretch than a few days.
STRETCH: Final = timedelta(days=5)
# A Pix may be listed some time after its instant; what is listed twice is harmless.
OVERLAP: Final = timedelta(minutes=10)
LOOK_BACK: Final = timedelta(days=90)
SECRET_PARAMETER: Final = "hmac"
CITY: Final = "BRASIL"  # a BR Code must name a city; the payer's app shows that of the location


class BacenPixAdapter:
    """The kind."""

    key = "bacen_pix"
    label = "Pix (API do Banco Central)"
    features = frozenset(
        {
            Feature.PIX,
            Feature.UPDATE,
            Feature.REFUND,
            Feature.LIST_CHANGES,
            Feature.PIX_AUTOMATICO,
            Feature.WEBHOOK,
            Feature.CONFIGURES_WEBHOOK,
            Feature.CHECK,
        }
    )
    kinds: tuple[Kind, ...] = (Kind.PIX, Kind.COBR)
    form: type[Any] = PixForm
    secrets = frozenset({"client_secret", "certificate", "certificate_password", "extra_key"})
    rate_per_second = 5.0

    def open(self, facts: AccountFacts) -> "BacenPixGateway":
        """Raises PermanentFailure("settings_invalid", "certificate_invalid")."""
        profile = PROFILES.get(str(facts.settings.get("profile")))
        if profile is None:
            raise PermanentFailure("settings_invalid", "unknown bank", field="profile")
        base, token = _addresses(profile, facts)
        credentials = (_plain(facts, "client_id"), _plain(facts, "client_secret"))
        if not credentials[0] or not (credentials[1] or profile.style is TokenStyle.CLIENT_ID):
            raise PermanentFailure("settings_invalid", "client_id or client_secret is missing", field="client_id")
        certificate = _certificate(facts)
        if certificate is None and profile.key != OTHER and facts.environment is Environment.PRODUCTION:
            raise PermanentFailure("settings_invalid", "this bank asks for a certificate", field="certificate")
        authority = str(facts.settings.get("authority") or "").encode() if profile.key == OTHER else b""
        context = tls_context(certificate, authority) if certificate or authority else None
        client = Client(profile, base, token, credentials, extra_key=_plain(facts, "extra_key"), context=context)
        return BacenPixGateway(profile, client, facts, certificate)


def _addresses(profile: Profile, facts: AccountFacts) -> tuple[str, str]:
    if profile.key == OTHER:
        base, token = str(facts.settings.get("base_url") or ""), str(facts.settings.get("token_url") or "")
    elif facts.environment is Environment.PRODUCTION:
        base, token = profile.base, profile.token
    else:
        base, token = profile.test_base, profile.test_token
    if not base or not token:
        raise PermanentFailure("settings_invalid", "no address is known for this bank and environment", field="base_url")
    return base, token


def _plain(facts: AccountFacts, name: str) -> str:
    text = str(facts.settings.get(name) or "").strip()
    if not text.isascii() or not text.isprintable():
        raise PermanentFailure("settings_invalid", "odd characters", field=name)
    return text


def _certificate(facts: AccountFacts) -> Certificate | None:
    text = str(facts.settings.get("certificate") or "")
    if not text:
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise PermanentFailure("certificate_invalid", "it is not stored as base64", field="certificate") from None
    password = str(facts.settings.get("certificate_password") or "")
    try:
        return read_certificate(content, password)
    except PermanentFailure:
        if not password:
            raise
        # The password of the file before is still stored when one without a password takes its place.
        return read_certificate(content)


class BacenPixGateway:
    """One set of credentials and its Pix key."""

    def __init__(self, profile: Profile, client: Client, facts: AccountFacts, certificate: Certificate | None) -> None:
        self._profile = profile
        self._client = client
        self._facts = facts
        self._certificate = certificate

    # -- charges -------------------------------------------------------------------------------------

    def register(self, order: Order) -> Registered:
        """PUT by our txid; when it is refused because it is there already, what is there is the answer."""
        kind, body = self._wanted(order)
        try:
            charge = self._client.put_charge(kind, order.reference, body)
        except Refusal as refusal:
            found = self._find(Reference(order.reference, order.kind))
            if found is None:
                raise _failure(refusal) from None
            kind, charge = found
            with mapping.reading():
                if not mapping.is_same(order, charge):
                    raise PermanentFailure("duplicated", "another charge has this txid", field="txid") from None
        return mapping.registered(kind, charge, self._code(charge, order.offer_id_rec))

    def _wanted(self, order: Order) -> tuple[str, mapping.Json]:
        if order.kind is Kind.COBR:
            return "cobr", mapping.cobr_body(order, self._receiver())
        if order.kind is not Kind.PIX:
            raise PermanentFailure("settings_invalid", f"the Pix API has no {order.kind}", field="kind")
        if not self._facts.pix_key:
            raise PermanentFailure("settings_invalid", "the account has no Pix key", field="pix_key")
        if mapping.is_immediate(order, self._facts.today):
            return "cob", mapping.cob_body(order, self._facts.pix_key)
        return "cobv", mapping.cobv_body(order, self._facts.pix_key)

    def _receiver(self) -> mapping.Json:
        """The account that automatic debits go to. Raises PermanentFailure("settings_invalid")."""
        given = self._facts.settings
        if not given.get("account_number"):
            raise PermanentFailure("settings_invalid", "automatic debits need the account's number", field="account_number")
        receiver = {"conta": str(given["account_number"]), "tipoConta": str(given.get("account_type") or "CORRENTE")}
        return {**receiver, "agencia": str(given["branch"])} if given.get("branch") else receiver

    def _code(self, charge: mapping.Json, offer_id_rec: str = "") -> str:
        """The copia-e-cola: with the recurrence that is offered, as the PSP gives it, or made from the locations."""
        location, offered = mapping.location_of(charge), ""
        if offer_id_rec:
            answer = self._ask(self._client.get_recurrence, offer_id_rec, str(charge.get("txid") or ""))
            if code := recurring.code_of(answer):
                return code
            offered = mapping.location_of(answer)
        code = mapping.code_of(charge, self._profile.aliases)
        if (code and not offered) or not location:
            return code
        return self._made(lambda name, city: dynamic_code(location, name, city, recurrence=offered))

    def _made(self, make: Callable[[str, str], str]) -> str:
        beneficiary = self._facts.beneficiary
        try:
            return make(beneficiary.name, beneficiary.city or CITY)
        except RuleError as error:
            raise PermanentFailure("protocol", f"no BR Code can be made of what the bank gave: {error.code}") from error

    def _find(self, reference: Reference) -> tuple[str, Any] | None:
        for kind in mapping.kinds_of(reference):
            charge = self._ask(self._client.get_charge, kind, reference.reference)
            if charge is not None:
                return kind, charge
        return None

    def cancel(self, reference: Reference) -> None:
        """A debit cannot be taken back on the day of its first attempt: PermanentFailure("refused")."""
        problem: PermanentFailure | None = None
        for kind in mapping.kinds_of(reference):
            try:
                self._client.patch_charge(kind, reference.reference, mapping.CANCELLED if kind == "cobr" else mapping.REMOVED)
                return
            except Refusal as refusal:
                # What the place says where the charge is counts, not that it is unknown in the other.
                if problem is None or problem.code == "not_found":
                    problem = _failure(refusal)
        found = self._find(reference)
        status = mapping.status_of(*found) if found else None
        if status is Status.CANCELLED:
            return
        if status is Status.PAID:
            raise PermanentFailure("already_paid", "the charge is paid")
        raise problem or PermanentFailure("not_found")

    def fetch(self, reference: Reference) -> RemoteStatus:
        """By our txid."""
        found = self._find(reference)
        if found is None:
            return RemoteStatus(Status.UNKNOWN_THERE)
        kind, charge = found
        with mapping.reading():
            return mapping.remote_status(kind, charge, "" if kind == "cobr" else self._code(charge))

    def update(self, order: Order, reference: Reference) -> Registered:
        """Amount, and due date of a cobv. A cobr is never changed."""
        if reference.kind is Kind.COBR:
            raise PermanentFailure("refused", "an automatic debit cannot be changed: cancel it")
        found = self._find(reference)
        if found is None:
            raise PermanentFailure("not_found")
        kind, _before = found
        charge = self._ask(self._client.patch_charge, kind, reference.reference, mapping.change_body(kind, order))
        return mapping.registered(kind, charge, self._code(charge, order.offer_id_rec))

    def refund(self, reference: Reference, payment_id: str, amount: Money, refund_id: str) -> Refunded:
        """`payment_id` is the endToEndId. It may still be on its way when it is answered; a callback tells its end."""
        number = mapping.refund_number(refund_id)
        return mapping.refund(self._ask(self._client.put_refund, payment_id, number, amount.as_json()), payment_id)

    def list_changes(self, cursor: str, since: datetime) -> Changes:
        """Pix received. The cursor is the instant to begin at and the page."""
        text, _, number = cursor.partition("|")
        try:
            start, page = (datetime.fromisoformat(text) if text else since), int(number or 0)
        except ValueError:
            raise PermanentFailure("protocol", "this is no cursor of ours") from None
        newest = mapping.end_of(self._facts.today) if self._facts.today else start + STRETCH
        end = max(min(start + STRETCH, newest), start + timedelta(seconds=1))
        answer = self._ask(self._client.list_pix, mapping.instant(start), mapping.instant(end), page, PAGE)
        references, last, more = mapping.received(answer)
        if more:
            return Changes(tuple(references), f"{mapping.instant(start)}|{page + 1}", is_last=False)
        if end < newest:
            return Changes(tuple(references), f"{mapping.instant(end)}|0", is_last=False)
        with mapping.reading():
            reached = max(start, datetime.fromisoformat(last) - OVERLAP) if last else start
        return Changes(tuple(references), f"{mapping.instant(reached)}|0")

    def check_credentials(self) -> Checked:
        """A new token is asked for. Raises PermanentFailure("certificate_expired", "credentials_refused")."""
        expires = self._certificate.expires_on if self._certificate else None
        if expires and self._facts.today and expires < self._facts.today:
            raise PermanentFailure("certificate_expired", expires.isoformat(), field="certificate")
        self._client.renew()
        return Checked(environment=self._facts.environment, certificate_expires_on=expires)

    # -- webhooks --------------------------------------------------------------------------------------

    def verify(self, call: WebhookCall) -> Trust:
        """A wrong secret is forged whatever else is there; none at all proves nothing."""
        given = call.query.get(SECRET_PARAMETER, "")
        if given:
            right = self._facts.webhook_secret
            if not right or not hmac.compare_digest(given.encode("utf-8", "replace"), right.encode()):
                return Trust.FORGED
        if call.has_client_certificate:
            return Trust.MTLS
        return Trust.TOKEN if given else Trust.OPAQUE

    def read(self, call: WebhookCall) -> Sequence[Notice]:
        """Several Pix may come together."""
        return mapping.notices(call.body, self._facts.pix_key)

    def configure_webhook(self, url: str) -> None:
        """For the key; for recurrences and debits too when the account takes them. The PSP puts /pix, /rec, /cobr behind the address."""
        if not self._facts.pix_key:
            raise PermanentFailure("settings_invalid", "the account has no Pix key", field="pix_key")
        if self._profile.has_secret_in_url and self._facts.webhook_secret:
            url = f"{url}?{SECRET_PARAMETER}={quote(self._facts.webhook_secret, safe='')}&ignorar="
        hooks = [("webhook", self._facts.pix_key)]
        if self._facts.settings.get("account_number"):
            hooks += [("webhookrec", ""), ("webhookcobr", "")]
        for kind, key in hooks:
            self._ask(self._client.put_webhook, kind, key, url)

    # -- Pix Automático ----------------------------------------------------------------------------------

    def create_recurrence(self, offer: RecurrenceOffer) -> Recurrence:
        """POST is not idempotent: one of the same contract and value that is alive is the answer."""
        if id_rec := self._recurrence_like(offer):
            return self.get_recurrence(id_rec)
        place = self._ask(self._client.post_location)
        with mapping.reading():
            location = place["id"]
        convenio = str(self._facts.settings.get("convenio") or "")
        answer = self._ask(self._client.post_recurrence, recurring.body(offer, location, convenio))
        with mapping.reading():
            return self.get_recurrence(str(answer["idRec"]))

    def _recurrence_like(self, offer: RecurrenceOffer) -> str:
        today = self._facts.today or offer.starts_on
        span = mapping.instant(mapping.end_of(today) - LOOK_BACK), mapping.instant(mapping.end_of(today))
        return recurring.same(offer, self._ask(self._client.list_recurrences, *span, mapping.document(offer.payer)))

    def get_recurrence(self, id_rec: str) -> Recurrence:
        """With the code that offers it alone."""
        return self._recurrence(self._ask(self._client.get_recurrence, id_rec))

    def _recurrence(self, answer: mapping.Json) -> Recurrence:
        code, location = recurring.code_of(answer), mapping.location_of(answer)
        if not code and location:
            code = self._made(lambda name, city: recurrence_code(location, name, city))
        return recurring.recurrence(answer, code)

    def cancel_recurrence(self, id_rec: str) -> Recurrence:
        """One that is over already is answered as it is."""
        try:
            self._client.patch_recurrence(id_rec, mapping.CANCELLED)
        except Refusal as refusal:
            ended = self.get_recurrence(id_rec)
            if ended.raw.get("status") in recurring.LIVE:
                raise _failure(refusal) from None
            return ended
        return self.get_recurrence(id_rec)

    def retry_charge(self, reference: Reference, on: date) -> None:
        """POST …/retentativa/{day}."""
        self._ask(self._client.retry, reference.reference, on.isoformat())

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    @staticmethod
    def _ask(call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except Refusal as refusal:
            raise _failure(refusal) from None


def _failure(refusal: Refusal) -> PermanentFailure:
    return errors.failure(refusal.status, refusal.body, refusal.text)
