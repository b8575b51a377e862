"""BR Code, the text of Pix copia-e-cola: written and read strictly (payments.md §2, Bacen's BR Code manual).

Static (a key), dynamic (a location at the PSP), and the composites of Pix Automático: a recurrence alone or with either.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from malha.domain.emv import read_objects, seal, unseal, write_objects
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.domain.pix_keys import MAX_KEY, pix_key
from malha.domain.text import collapse_spaces

GUI: Final = "br.gov.bcb.pix"
NO_TXID: Final = "***"
NAME_LENGTH: Final = 25
CITY_LENGTH: Final = 15
MAX_INFO: Final = 72
MAX_TEMPLATE: Final = 99

_ACCOUNTS: Final = range(26, 52)
_UNRESERVED: Final = range(80, 100)
_TXID = re.compile(r"[A-Za-z0-9]{1,25}|\*\*\*", re.ASCII)
_COB_TXID = re.compile(r"[A-Za-z0-9]{26,35}", re.ASCII)
_LOCATION = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?/[!-~]+", re.ASCII)
_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class BrCode:
    """What a BR Code says. Static: ``key``; dynamic: ``location`` (no https://); ``recurrence`` is the location of Pix Automático.

    ``amount`` is None where the payer or the location names it. ``initiation`` is 11 (reusable), 12 (single use) or empty;
    ``withdrawal`` the ISPB (fss) of Pix Saque.
    """

    name: str
    city: str
    key: str = ""
    info: str = ""
    withdrawal: str = ""
    location: str = ""
    recurrence: str = ""
    amount: Money | None = None
    txid: str = NO_TXID
    mcc: str = "0000"
    cep: str = ""
    initiation: str = ""

    def __post_init__(self) -> None:
        """RuleError ``brcode_content``, ``brcode_hosts_differ``, ``brcode_amount``, ``brcode_txid``, ``brcode_field`` (params: id)."""
        if (self.key and self.location) or not (self.key or self.location or self.recurrence):
            raise RuleError("brcode_content")
        _check_field("54", self.amount is None or bool(self.key))
        if self.amount is not None and not 0 < self.amount.cents < 10**12:
            raise RuleError("brcode_amount")
        if not _TXID.fullmatch(self.txid):
            raise RuleError("brcode_txid")
        _check_field("59", 1 <= len(self.name) <= NAME_LENGTH)
        _check_field("60", 1 <= len(self.city) <= CITY_LENGTH)
        _check_field("52", bool(re.fullmatch("[0-9]{4}", self.mcc)))
        _check_field("01", self.initiation in ("", "11", "12"))
        _check_field("26-01", len(self.key) <= MAX_KEY)
        _check_field("26-02", len(self.info) <= MAX_INFO and bool(self.key or not self.info))
        _check_field("26-03", self.withdrawal == "" or bool(self.key and re.fullmatch("[0-9]{8}", self.withdrawal)))
        for id_, url in (("26-25", self.location), ("80-25", self.recurrence)):
            _check_field(id_, not url or (len(url) <= MAX_KEY and bool(_LOCATION.fullmatch(url))))
        if self.location and self.recurrence and _host(self.location) != _host(self.recurrence):
            raise RuleError("brcode_hosts_differ")


def encode(code: BrCode) -> str:
    """The text of a code, objects in ascending order. Raises RuleError ``brcode_object_length`` (params: id) or ``brcode_characters``."""
    account = write_objects([("00", GUI), ("01", code.key), ("02", code.info), ("03", code.withdrawal), ("25", code.location)])
    recurrence = write_objects([("00", GUI), ("25", code.recurrence)]) if code.recurrence else ""
    objects = [
        ("00", "01"),
        ("01", code.initiation),
        ("26", account),
        ("52", code.mcc),
        ("53", "986"),
        ("54", code.amount.as_json() if code.amount else ""),
        ("58", "BR"),
        ("59", code.name),
        ("60", code.city),
        ("61", code.cep),
        ("62", write_objects([("05", code.txid)])),
        ("80", recurrence),
    ]
    body = write_objects(objects)
    if not body.isascii() or not body.isprintable():
        raise RuleError("brcode_characters")
    return seal(body)


def decode(text: str) -> BrCode:
    """What a BR Code says; ids may come in any order between the first (00) and the last (63).

    Objects that are not Pix's are passed over. The amount of a dynamic code is ignored, as payers' apps do.
    Raises RuleError ``brcode_characters``, ``brcode_crc``, ``brcode_length``, ``brcode_duplicate``, ``brcode_not_pix``,
    ``brcode_field`` (params: id), or what ``BrCode`` raises.
    """
    body = unseal(text)
    root = read_objects(body)
    if not body.startswith("000201"):
        raise RuleError("brcode_not_pix")
    _check_field("63", "63" not in root)
    for id_, value in (("53", "986"), ("58", "BR")):
        _check_field(id_, root.get(id_) == value)
    for id_ in ("52", "59", "60", "62"):
        _check_field(id_, id_ in root)
    accounts = _templates(root, _ACCOUNTS)
    if len(accounts) != 1:
        raise RuleError("brcode_not_pix")
    account = accounts[0]
    recurrences = [each["25"] for each in _templates(root, _UNRESERVED) if "25" in each]
    _check_field("80", len(recurrences) <= 1)
    amount = _amount(root["54"]) if "54" in root and "25" not in account else None
    return BrCode(
        name=root["59"],
        city=root["60"],
        key=account.get("01", ""),
        info=account.get("02", ""),
        withdrawal=account.get("03", ""),
        location=account.get("25", ""),
        recurrence="".join(recurrences),
        amount=amount,
        txid=read_objects(root["62"]).get("05", ""),
        mcc=root["52"],
        cep=root.get("61", ""),
        initiation=root.get("01", ""),
    )


def static_code(
    key: str, name: str, city: str, *, amount: Money | None = None, info: str = "", txid: str = NO_TXID, recurrence: str = ""
) -> str:
    """A static code for a Pix key typed anyhow; name, city and info are folded to ASCII. Raises what ``pix_key`` and ``encode`` raise."""
    return encode(
        BrCode(
            fold(name, NAME_LENGTH),
            fold(city, CITY_LENGTH),
            key=pix_key(key).value,
            info=fold(info, MAX_TEMPLATE),
            amount=amount,
            txid=txid,
            recurrence=bare_location(recurrence),
        )
    )


def dynamic_code(location: str, name: str, city: str, *, recurrence: str = "", initiation: str = "") -> str:
    """A dynamic code for a location of the PSP; txid and amount are there, not here."""
    code = BrCode(
        fold(name, NAME_LENGTH),
        fold(city, CITY_LENGTH),
        location=bare_location(location),
        recurrence=bare_location(recurrence),
        initiation=initiation,
    )
    return encode(code)


def recurrence_code(recurrence: str, name: str, city: str) -> str:
    """The code that only asks for a recurrence of Pix Automático."""
    return encode(BrCode(fold(name, NAME_LENGTH), fold(city, CITY_LENGTH), recurrence=bare_location(recurrence)))


def fold(text: str, length: int) -> str:
    """Printable ASCII of a text, accents taken off, what has no ASCII form left out, cut to ``length``."""
    plain = unicodedata.normalize("NFKD", collapse_spaces(text)).encode("ascii", "ignore").decode()
    return collapse_spaces("".join(sign for sign in plain if sign.isprintable()))[:length].rstrip()


def bare_location(url: str) -> str:
    """A location without its scheme."""
    return url.removeprefix("https://")


def txid_for(charge: UUID) -> str:
    """The txid of a charge at a Bacen PSP: 32 hexadecimal digits of the SHA-256 of its UUID's text, the same on every call."""
    return hashlib.sha256(str(charge).encode("ascii")).hexdigest()[:32]


def check_cob_txid(txid: str) -> str:
    """A txid of cob or cobv, 26 to 35 letters and digits, returned as given. Raises RuleError ``cob_txid_shape``."""
    if not _COB_TXID.fullmatch(txid):
        raise RuleError("cob_txid_shape", {"min": 26, "max": 35})
    return txid


def _templates(root: dict[str, str], ids: range) -> list[dict[str, str]]:
    inside = [read_objects(root[str(id_)]) for id_ in ids if str(id_) in root]
    return [each for each in inside if each.get("00", "").lower() == GUI]


def _amount(text: str) -> Money:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise RuleError("brcode_amount")
    return Money(int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")))


def _host(location: str) -> str:
    return location.partition("/")[0].lower()


def _check_field(id_: str, is_right: bool) -> None:
    if not is_right:
        raise RuleError("brcode_field", {"id": id_})
