"""The books: accounts, charges, payments, documents of the Pix API. Everything that survives a restart lives here."""

import datetime
import secrets
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.bank import codes
from sandbox.bank.clock import Clock
from sandbox.bank.store import Store

Doc = dict[str, Any]
Key = tuple[str, str, str]

OPEN = ("PENDING", "REGISTERED")
ISPB = "99999008"
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters(count: int) -> str:
    """Random letters and digits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


@dataclass
class Charge:
    """One title of the own API or of a bank file. Amounts in cents, days as YYYY-MM-DD, instants as RFC 3339."""

    id: str
    account: str
    reference: str
    kind: str
    content: str
    amount_cents: int
    due_date: str
    payer: dict[str, str]
    issued_on: str = ""
    description: str = ""
    fine_basis_points: int = 0
    interest_basis_points: int = 0
    discount_cents: int = 0
    discount_until: str | None = None
    accept_days_after_due: int = 90
    recurrence: Doc | None = None
    status: str = "PENDING"
    reason: Doc | None = None
    nosso_numero: str = ""
    codigo_barras: str = ""
    linha_digitavel: str = ""
    txid: str = ""
    pix_token: str = ""
    pix_copia_e_cola: str = ""
    payments: list[Doc] = field(default_factory=list)
    refunds: list[Doc] = field(default_factory=list)
    registers_at: float = 0.0
    seq: int = 0
    created_at: str = ""
    file: Doc | None = None

    @property
    def has_boleto(self) -> bool:
        """Whether it can be paid by barcode."""
        return self.kind in ("BOLETO", "BOLEPIX")

    @property
    def has_pix(self) -> bool:
        """Whether it can be paid by Pix."""
        return bool(self.txid)

    @property
    def due(self) -> datetime.date:
        """The due date."""
        return datetime.date.fromisoformat(self.due_date)


class Account:
    """One customer of the bank with books of its own."""

    def __init__(self, bank: "Bank", name: str, number: int) -> None:
        self.bank = bank
        self.name = name
        self.number = number
        self.settings: Doc = {"webhook_url": "", "webhook_secret": "", "next_number": 1, "next_loc": 1, "next_file": 1, "seq": 0}
        self.charges: dict[str, Charge] = {}
        self.docs: defaultdict[str, dict[str, Doc]] = defaultdict(dict)
        self._changes: list[tuple[int, str]] = []

    @property
    def title(self) -> str:
        """What payers read. The name of an account is its token, so it is shown nowhere."""
        return f"Provedor de teste {self.number}"

    @property
    def cnpj(self) -> str:
        """The account holder's CNPJ: made up, with right check digits."""
        body = f"{10_000_000 + self.number % 80_000_000:08d}0001"
        return next(f"{body}{tail:02d}" for tail in range(100) if codes.document_is_valid(f"{body}{tail:02d}"))

    def put(self, kind: str, key: str, doc: Doc) -> Doc:
        """Keep a document."""
        self.docs[kind][key] = doc
        self.bank.store.put(self.name, kind, key, doc)
        return doc

    def drop(self, kind: str, key: str) -> None:
        """Forget a document."""
        self.docs[kind].pop(key, None)
        self.bank.store.delete(self.name, kind, key)

    def save_settings(self) -> None:
        """Keep the counters and the webhook."""
        self.bank.store.put(self.name, "settings", "", {"number": self.number, **self.settings})

    def take(self, counter: str) -> int:
        """The next number of a counter."""
        value = int(self.settings[counter])
        self.settings[counter] = value + 1
        self.save_settings()
        return value

    def keep(self, charge: Charge) -> Charge:
        """Keep a charge that changed and put it at the end of the changes."""
        charge.seq = self.take("seq") + 1
        self.adopt(charge)
        self.bank.store.put(self.name, "charge", charge.reference, asdict(charge))
        return charge

    def adopt(self, charge: Charge) -> None:
        """Take a charge into the indexes."""
        self.charges[charge.reference] = charge
        self._changes.append((charge.seq, charge.reference))
        for name in (charge.id, charge.txid, charge.nosso_numero, charge.codigo_barras, charge.pix_token):
            if name:
                self.bank.index[name] = (self.name, "charge", charge.reference)

    def sort_changes(self) -> None:
        """After loading."""
        self._changes.sort()

    def changes(self, since: int, limit: int) -> tuple[list[Charge], int]:
        """Charges changed after a cursor, each once, oldest change first, and the next cursor."""
        if len(self._changes) > 4 * len(self.charges) + 1000:
            self._changes = sorted((charge.seq, charge.reference) for charge in self.charges.values())
        found: list[Charge] = []
        for seq, reference in self._changes[bisect_right(self._changes, (since, "\U0010ffff")) :]:
            if len(found) == limit:
                break
            charge = self.charges[reference]
            if charge.seq == seq:
                found.append(charge)
        return found, found[-1].seq if found else since


class Bank:
    """All accounts."""

    def __init__(self, store: Store, clock: Clock, public_url: str) -> None:
        self.store = store
        self.clock = clock
        self.public_url = public_url
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, Doc] = {}
        self.index: dict[str, Key] = {}

    @property
    def host(self) -> str:
        """What stands in a copia-e-cola, without scheme."""
        return self.public_url.partition("://")[2]

    def account(self, name: str) -> Account:
        """The account of that name, opened if need be."""
        account = self.accounts.get(name)
        if account is None:
            account = Account(self, name, len(self.accounts) + 1)
            self.accounts[name] = account
            account.save_settings()
        return account

    def load(self) -> None:
        """Read what the store kept."""
        rows = list(self.store.rows())
        for name, kind, _key, doc in rows:
            if kind == "settings":
                account = self.accounts[name] = Account(self, name, doc.pop("number"))
                account.settings.update(doc)
        for name, kind, key, doc in rows:
            if kind == "clock":
                self.clock.shift = datetime.timedelta(days=doc["days"])
            elif kind == "token":
                self.tokens[key] = doc
            elif kind == "charge":
                self.account(name).adopt(Charge(**doc))
            elif kind != "settings":
                self.account(name).docs[kind][key] = doc
                self.index_doc(name, kind, key, doc)
        for account in self.accounts.values():
            account.sort_changes()

    def index_doc(self, name: str, kind: str, key: str, doc: Doc) -> None:
        """So that a payer finds documents of the Pix API."""
        if kind in ("cob", "cobv", "cobr", "rec", "solicrec"):
            self.index[key] = (name, kind, key)
        elif kind in ("loc", "locrec"):
            self.index[doc["token"]] = (name, kind, key)

    def go_to(self, day: datetime.date) -> None:
        """Move the clock; a restart keeps it there."""
        self.clock.go_to(day)
        self.store.put("", "clock", "", {"days": self.clock.shift.days})

    def find(self, name: str) -> tuple[Account, str, Charge | Doc] | None:
        """A charge or a document by id, txid, nosso número, barcode, idRec or location token."""
        key = self.index.get(name)
        if key is None:
            return None
        account = self.accounts[key[0]]
        thing: Charge | Doc | None = account.charges.get(key[2]) if key[1] == "charge" else account.docs[key[1]].get(key[2])
        return (account, key[1], thing) if thing is not None else None

    def find_charge(self, name: str) -> Charge | None:
        """A charge by reference in any account, or by what `find` knows."""
        found = self.find(name)
        if found and isinstance(found[2], Charge):
            return found[2]
        return next((account.charges[name] for account in self.accounts.values() if name in account.charges), None)

    def all_charges(self) -> Iterator[Charge]:
        """Charges of every account."""
        for account in self.accounts.values():
            yield from account.charges.values()

    def reset(self) -> None:
        """An empty bank."""
        self.store.clear()
        self.accounts.clear()
        self.tokens.clear()
        self.index.clear()
        self.clock.shift = datetime.timedelta()

    def end_to_end_id(self) -> str:
        """A new endToEndId: E, ISPB, minute in UTC, 11 characters."""
        return f"E{ISPB}{self.clock.now():%Y%m%d%H%M}{letters(11)}"
