"""The counter for bank files: takes remessas, gives retornos."""

from pathlib import Path

from sandbox.bank import file_log
from sandbox.bank.books import OPEN, Account, Bank, Charge, letters
from sandbox.bank.clerk import Clerk
from sandbox.bank.cnab.remessa import Title, read_240, read_400
from sandbox.bank.cnab.retorno import write_240, write_400
from sandbox.bank.codes import document_is_valid
from sandbox.bank.errors import Refused
from sandbox.bank.http import Request, Response, as_json


class FileDesk:
    """Answers /cnab. Titles belong to the account of the token, or to `cnab` when there is none."""

    def __init__(self, bank: Bank, clerk: Clerk, folder: str) -> None:
        self.bank = bank
        self.clerk = clerk
        self.folder = Path(folder) if folder else None

    def answer(self, request: Request) -> Response:
        """One request. Raises Refused."""
        if request.path == "/cnab/remessa" and request.method == "POST":
            return as_json(self.take(self.bank.account(request.bearer or "cnab"), request.body))
        if request.path == "/cnab/retorno" and request.method == "GET":
            layout, bank = int(request.query.get("format", "240")), request.query.get("bank", "")
            body = self.give(self.bank.account(request.bearer or "cnab"), layout, bank)
            return Response(200, body, "text/plain; charset=iso-8859-1") if body else Response(204)
        raise Refused(404, "not_found", "Endereço não encontrado.")

    def take(self, account: Account, content: bytes) -> dict[str, object]:
        """Register, cancel or change the titles of a file. Raises Refused."""
        lines = [line.rstrip("\r\x1a") for line in content.decode("latin-1").split("\n") if line.strip("\r\x1a ")]
        if not lines:
            raise Refused(422, "file_invalid", "O arquivo está vazio.")
        is_240 = max(len(line) for line in lines) <= 241
        try:
            titles = read_240(lines) if is_240 else read_400(lines)
        except (ValueError, IndexError) as problem:
            raise Refused(422, "file_invalid", f"Arquivo de remessa inválido: {problem}") from problem
        done = [self._one(account, title) for title in titles]
        return {"format": 240 if is_240 else 400, "bank": titles[0].bank if titles else lines[0][:3], "titles": done}

    def _one(self, account: Account, title: Title) -> dict[str, str]:
        reference = f"{title.bank}:{title.number.strip() or title.document.strip()}"
        charge = account.charges.get(reference)
        if title.movement in ("01", "71"):
            if charge is None:
                charge = self._register(account, reference, title)
            else:
                charge.reason = {"code": "63", "message": "Entrada para título já cadastrado"}
                file_log.note(self.bank, charge, "rejected")
            return {"reference": reference, "status": charge.status}
        if charge is None:
            return {"reference": reference, "status": "UNKNOWN"}
        if title.movement == "02" and (charge.status in OPEN or charge.status == "EXPIRED"):
            charge.status = "CANCELLED"
            account.keep(charge)
            file_log.note(self.bank, charge, "cancelled")
        elif title.movement == "06" and charge.status in OPEN:
            charge.due_date = title.due.isoformat()
            account.keep(charge)
            file_log.note(self.bank, charge, "due")
        elif title.movement == "47" and charge.status in OPEN:
            charge.amount_cents = title.cents
            account.keep(charge)
        return {"reference": reference, "status": charge.status}

    def _register(self, account: Account, reference: str, title: Title) -> Charge:
        charge = Charge(
            id=letters(16),
            account=account.name,
            reference=reference,
            kind="BOLETO",
            content="",
            amount_cents=title.cents,
            due_date=title.due.isoformat(),
            payer={**title.payer},
            issued_on=self.bank.clock.today().isoformat(),
            fine_basis_points=title.fine_basis_points,
            interest_basis_points=title.interest_basis_points(title.cents),
            nosso_numero=title.number.strip(),
            txid=title.txid.strip(),
            created_at=self.bank.clock.stamp(),
            file={
                "bank": title.bank,
                "layout": title.layout,
                "raw_number": title.number,
                "wallet": title.wallet,
                "document": title.document,
                "use": title.use,
                "head": title.head,
            },
        )
        if not document_is_valid(title.payer["document"]) or title.cents <= 0:
            charge.status = "REJECTED"
            code, words = ("20", "Valor inválido") if title.cents <= 0 else ("46", "CPF ou CNPJ do pagador inválido")
            charge.reason = {"code": code, "message": words}
            account.keep(charge)
            file_log.note(self.bank, charge, "rejected")
            return charge
        # A hybrid title: the QR's address is told in the retorno, the txid may come from the file.
        if title.wants_pix:
            charge.kind = "BOLEPIX"
            charge.txid = charge.txid or letters(32)
        self.clerk.confirm(charge)
        return charge

    def give(self, account: Account, layout: int, bank: str) -> bytes:
        """What happened since the last retorno of that bank and layout; empty when nothing did."""
        rows = []
        for row in account.docs["occurrence"].values():
            charge = account.charges[row["reference"]]
            file = charge.file or {}
            if not row["sent"] and file["layout"] == layout and bank in ("", file["bank"]):
                rows.append((charge, row))
        if not rows:
            return b""
        bank = bank or (rows[0][0].file or {})["bank"]
        rows = [(charge, row) for charge, row in rows if (charge.file or {})["bank"] == bank]
        for key, row in account.docs["occurrence"].items():
            if any(row is each for _charge, each in rows):
                row["sent"] = True
                account.put("occurrence", key, row)
        number, today = account.take("next_file"), self.bank.clock.today()
        lines = write_240(bank, rows, number, today, self.bank.host) if layout == 240 else write_400(bank, rows, number, today)
        return ("\r\n".join(lines) + "\r\n").encode("latin-1", "replace")

    def write(self, layout: int, bank: str, token: str) -> list[str]:
        """Retornos as files in the folder. Raises Refused."""
        if self.folder is None:
            raise Refused(422, "no_folder", "O banco foi iniciado sem --retorno-dir.")
        self.folder.mkdir(parents=True, exist_ok=True)
        written = []
        for account in [self.bank.account(token)] if token else list(self.bank.accounts.values()):
            while body := self.give(account, layout, bank):
                code = body[:3].decode() if layout == 240 else body[76:79].decode()
                number = int(account.settings["next_file"]) - 1
                path = self.folder / f"{code}-{layout}-{account.number}-{number:06d}.ret"
                path.write_bytes(body)
                written.append(str(path))
        return written
