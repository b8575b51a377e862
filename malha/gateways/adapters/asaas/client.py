"""The calls of Asaas v3 (docs.asaas.com). Amounts are JSON numbers: they are written from cents and read as text, never through binary."""

import json
import re
from typing import Any, Final
from urllib.parse import quote

from malha.domain.money import Money
from malha.gateways.base import PermanentFailure
from malha.gateways.wire import Refusal, Wire

MARK: Final = "\ue000"  # private use: no text of ours has it
MARKED: Final = re.compile(r'"\\ue000(-?[0-9]+\.[0-9]{2})"')


def dump(body: Any) -> bytes:
    """JSON in which Money is a number of exactly two decimals."""

    def plain(value: Any) -> str:
        if isinstance(value, Money):
            return MARK + value.as_json()
        raise TypeError(type(value).__name__)

    return MARKED.sub(r"\1", json.dumps(body, default=plain)).encode()


def load(content: bytes) -> Any:
    """JSON whose numbers with a point stay text. Raises PermanentFailure("protocol")."""
    try:
        return json.loads(content, parse_float=str) if content.strip() else {}
    except (ValueError, RecursionError) as error:
        raise PermanentFailure("protocol", "this is no JSON") from error


class Client:
    """One account. Every method answers parsed JSON and raises Refusal, TemporaryFailure or PermanentFailure."""

    def __init__(self, base_url: str, token: str) -> None:
        self._wire = Wire(base_url, headers=lambda: {"access_token": token, "User-Agent": "Malha"})

    def find_payments(self, reference: str) -> Any:
        """By our reference."""
        return self._call("GET", "payments", params={"externalReference": reference, "limit": "100"})

    def get_payment(self, payment_id: str) -> Any:
        """One; None when there is none."""
        return self._or_none("GET", _payment(payment_id))

    def post_payment(self, body: Any) -> Any:
        """Register."""
        return self._call("POST", "payments", body)

    def put_payment(self, payment_id: str, body: Any) -> Any:
        """Change due date and value."""
        return self._call("PUT", _payment(payment_id), body)

    def delete_payment(self, payment_id: str) -> Any:
        """Cancel."""
        return self._call("DELETE", _payment(payment_id))

    def get_codes(self, payment_id: str) -> Any:
        """Nosso número, linha digitável and barcode; None where there is no boleto."""
        return self._or_none("GET", f"{_payment(payment_id)}/identificationField", absent=(400, 404))

    def get_qr(self, payment_id: str) -> Any:
        """Copia-e-cola; None where the account has no Pix key yet."""
        return self._or_none("GET", f"{_payment(payment_id)}/pixQrCode", absent=(400, 404))

    def find_customers(self, document: str) -> Any:
        """By the reference we gave the customer."""
        return self._call("GET", "customers", params={"externalReference": document, "limit": "1"})

    def post_customer(self, body: Any) -> Any:
        """Create."""
        return self._call("POST", "customers", body)

    def get_account(self) -> Any:
        """Whose token this is."""
        return self._call("GET", "myAccount/commercialInfo/")

    def _or_none(self, method: str, path: str, absent: tuple[int, ...] = (404,)) -> Any:
        try:
            return self._call(method, path)
        except Refusal as refusal:
            if refusal.status in absent:
                return None
            raise

    def _call(self, method: str, path: str, body: Any = None, **given: Any) -> Any:
        if body is not None:
            given |= {"content": dump(body), "headers": {"Content-Type": "application/json"}}
        return load(self._wire.answer(method, path, **given).content)

    def close(self) -> None:
        """Drop the connections."""
        self._wire.close()


def _payment(payment_id: str) -> str:
    return f"payments/{quote(payment_id, safe='')}"
