"""The payer's pages: list, one charge with its button, authorizations of Pix Automático."""

import re
from html import escape
from typing import Any

from sandbox.bank import codes
from sandbox.bank.books import Account, Bank, Charge, Doc
from sandbox.bank.cashier import Cashier
from sandbox.bank.errors import Refused
from sandbox.bank.http import Request, Response
from sandbox.bank.late import owed
from sandbox.bank.pages import html
from sandbox.bank.pix import value
from sandbox.bank.recurrences import Recurrences, cents_of

SHOWN = 200
Thing = tuple[Account, str, Any]


class Site:
    """Answers everything that is no API."""

    def __init__(self, bank: Bank, cashier: Cashier, recurrences: Recurrences) -> None:
        self.bank = bank
        self.cashier = cashier
        self.recurrences = recurrences

    def answer(self, request: Request) -> Response:
        """One page."""
        path = request.path
        if path == "/static/banco.css":
            return Response(200, html.STYLE.encode(), "text/css; charset=utf-8", {"Cache-Control": "max-age=3600"})
        try:
            if path == "/" and request.method == "GET":
                return self.home(request.query.get("q", "").strip())
            if path == "/pagar" and request.method == "GET":
                return self.search(request.query.get("codigo", ""))
            if match := re.fullmatch(r"/pagar/([^/]+)", path):
                thing = self._known(match[1])
                return self.pay(thing, request.form()) if request.method == "POST" else self.show(thing)
            if (match := re.fullmatch(r"/autorizacao/([^/]+)", path)) and request.method == "POST":
                return self.decide(self._known(match[1]), request.form())
        except Refused as problem:
            body = (
                f'<div class="card warning"><h1>Não deu certo</h1><p>{escape(str(problem))}</p><a class="button" href="/">Voltar</a></div>'
            )
            return html.page("Não deu certo", body, problem.status)
        return html.page("Não encontrada", '<div class="card"><h1>Página não encontrada</h1></div>', 404)

    def _known(self, name: str) -> Thing:
        found = self.bank.find(name)
        if found is None:
            raise Refused(404, "not_found", "Não encontramos esta cobrança.")
        return found

    # ---- list

    def home(self, text: str) -> Response:
        """Charges of every account, newest first."""
        charges = sorted(self.bank.all_charges(), key=lambda charge: charge.created_at, reverse=True)
        if text:
            charges = [
                charge for charge in charges if text.lower() in f"{charge.reference} {charge.payer['name']} {charge.nosso_numero}".lower()
            ]
        rows = "".join(self._row(charge) for charge in charges[:SHOWN])
        empty = '<p class="soft">Nenhuma cobrança ainda. Registre uma pelo sistema que você está testando.</p>'
        table = (
            '<div class="wide"><table><tr><th>Pagador</th><th class="less">Referência</th><th>Vencimento</th><th>Valor</th>'
            f"<th>Situação</th><th></th></tr>{rows}</table></div>"
            if rows
            else empty
        )
        body = (
            '<div class="card"><form action="/pagar"><label for="codigo">Cole o Pix copia e cola ou a linha digitável</label>'
            '<div class="row"><input id="codigo" name="codigo" autocomplete="off"><button>Buscar</button></div></form></div>'
            f'<div class="card"><h1>Cobranças</h1>{table}</div>{self._pix_table()}{self._rec_table()}'
        )
        return html.page("Cobranças", body)

    def _row(self, charge: Charge) -> str:
        pay = html.button(f"/pagar/{charge.id}", "Pagar") if charge.status == "REGISTERED" else ""
        return (
            f'<tr><td>{escape(charge.payer["name"])}</td><td class="less">{escape(charge.reference)}</td>'
            f"<td>{html.day(charge.due_date)}</td><td>{html.money(charge.amount_cents)}</td><td>{html.badge(charge.status)}</td>"
            f'<td><div class="row"><a class="button" href="/pagar/{charge.id}">Abrir</a>{pay}</div></td></tr>'
        )

    def _pix_table(self) -> str:
        rows = ""
        for account in self.bank.accounts.values():
            for kind in ("cob", "cobv"):
                for doc in list(account.docs[kind].values())[-SHOWN:][::-1]:
                    name = escape(doc.get("devedor", {}).get("nome", "Sem nome"))
                    amount = html.money(cents_of(doc["valor"]["original"]) or 0)
                    rows += (
                        f'<tr><td>{name}</td><td class="less">{escape(doc["txid"])}</td><td>{amount}</td>'
                        f'<td>{html.badge(doc["status"])}</td><td><a class="button" href="/pagar/{doc["txid"]}">Abrir</a></td></tr>'
                    )
        head = '<tr><th>Devedor</th><th class="less">txid</th><th>Valor</th><th>Situação</th><th></th></tr>'
        return f'<div class="card"><h1>Cobranças da API Pix</h1><div class="wide"><table>{head}{rows}</table></div></div>' if rows else ""

    def _rec_table(self) -> str:
        rows = ""
        for account in self.bank.accounts.values():
            for rec in list(account.docs["rec"].values())[-SHOWN:][::-1]:
                buttons = self._rec_buttons(rec)
                rows += (
                    f"<tr><td>{escape(rec['vinculo']['devedor'].get('nome', ''))}</td>"
                    f'<td class="less">{escape(rec["vinculo"]["contrato"])}</td>'
                    f'<td>{html.badge(rec["status"])}</td><td><div class="row">{buttons}</div></td></tr>'
                )
        head = '<tr><th>Pagador</th><th class="less">Contrato</th><th>Situação</th><th></th></tr>'
        return f'<div class="card"><h1>Pix Automático</h1><div class="wide"><table>{head}{rows}</table></div></div>' if rows else ""

    @staticmethod
    def _rec_buttons(rec: Doc) -> str:
        action = f"/autorizacao/{rec['idRec']}"
        if rec["status"] == "CRIADA":
            return html.button(action, "Autorizar", decisao="APROVADA") + html.button(action, "Recusar", decisao="REJEITADA")
        return html.button(action, "Cancelar autorização", decisao="CANCELADA") if rec["status"] == "APROVADA" else ""

    # ---- one

    def search(self, text: str) -> Response:
        """The charge of a pasted code."""
        found = self.by_code(text)
        if found is None:
            hint = "Confira se o código foi copiado inteiro e se é deste banco de teste."
            body = f'<div class="card warning"><h1>Código não encontrado</h1><p>{hint}</p><a class="button" href="/">Voltar</a></div>'
            return html.page("Código não encontrado", body, 404)
        _account, kind, thing = found
        name = thing.id if isinstance(thing, Charge) else thing["idRec"] if kind == "rec" else thing["txid"]
        return Response(303, headers={"Location": f"/pagar/{name}"})

    def by_code(self, text: str) -> Thing | None:
        """What a copia-e-cola, a linha digitável or a barcode belongs to."""
        text = text.strip()
        for url in codes.br_code_urls(text):
            found = self.bank.find(url.rsplit("/", 1)[-1])
            if found is None or isinstance(found[2], Charge):
                return found
            # A location holds a cob or cobv by txid, or a recurrence by idRec.
            if named := self.bank.find(found[2].get("txid") or found[2].get("idRec") or ""):
                return named
        digits = re.sub(r"\D", "", text)
        if len(digits) == 47:
            digits = codes.from_typeable(digits)
        if len(digits) != 44:
            return None
        return self.bank.find(digits) or self._by_free_field(digits)

    def _by_free_field(self, code: str) -> Thing | None:
        """Titles of bank files: same bank, amount and due date, nosso número within the campo livre."""
        for charge in self.bank.all_charges():
            if charge.file and charge.file["bank"] == code[:3] and charge.amount_cents == int(code[9:19]):
                number = charge.nosso_numero.lstrip("0")
                if int(code[5:9]) == codes.due_factor(charge.due) and (number in code[19:] or number[:-1] in code[19:]):
                    return self.bank.account(charge.account), "charge", charge
        return None

    def show(self, thing: Thing, notice: str = "") -> Response:
        """One charge with its button."""
        account, kind, doc = thing
        if isinstance(doc, Charge):
            return html.page(doc.payer["name"], notice + self._charge_body(account, doc))
        if kind in ("cob", "cobv"):
            return html.page("Pix", notice + self._pix_body(kind, doc))
        if kind == "rec":
            title = f"<h1>Pix Automático {html.badge(doc['status'])}</h1><p>Contrato {escape(doc['vinculo']['contrato'])}</p>"
            return html.page("Pix Automático", f'{notice}<div class="card">{title}<div class="row">{self._rec_buttons(doc)}</div></div>')
        raise Refused(404, "not_found", "Não encontramos esta cobrança.")

    def _charge_body(self, account: Account, charge: Charge) -> str:
        parts = owed(charge, self.bank.clock.today())
        extra = [f"multa {html.money(parts.fine)}", f"juros {html.money(parts.interest)}"] if parts.fine + parts.interest else []
        extra += [f"desconto de {html.money(parts.discount)}"] if parts.discount else []
        details = f" <span class='soft'>({', '.join(extra)})</span>" if extra else ""
        payments = "".join(
            f"<li>{html.money(each['cents'])} por {'Pix' if each['channel'] == 'PIX' else 'boleto'} em {html.day(each['paid_on'])}</li>"
            for each in charge.payments
        )
        head = (
            f'<div class="card"><h1>{escape(charge.payer["name"])} {html.badge(charge.status)}</h1>'
            f'<div class="amount">{html.money(parts.total)}</div><p>Vencimento {html.day(charge.due_date)}{details}</p>'
            f'<p class="soft">{escape(charge.description)}</p>{f"<h2>Pagamentos</h2><ul>{payments}</ul>" if payments else ""}</div>'
        )
        copies = html.code("Pix copia e cola", charge.pix_copia_e_cola) + html.code("Linha digitável", charge.linha_digitavel)
        channels = [("PIX", "Pix", charge.has_pix), ("BOLETO", "Boleto", charge.has_boleto)]
        usable = [(name, label) for name, label, there in channels if there]
        radios = "".join(html.choice("meio", name, label, number == 0) for number, (name, label) in enumerate(usable))
        journey = (charge.recurrence or {}).get("journey", "")
        form = self._form(charge.id, radios, parts.total, journey, bool(charge.payments))
        if charge.status in ("PENDING", "REJECTED"):
            form = '<div class="card"><p>Esta cobrança ainda não está registrada, por isso não pode ser paga.</p></div>'
        return head + form + (f'<div class="card">{copies}</div>' if copies else "")

    @staticmethod
    def _form(name: str, radios: str, cents: int, journey: str, again: bool) -> str:
        consent = ""
        if journey == "J3":
            consent = '<p class="soft">Ao pagar, você autoriza o Pix Automático das próximas mensalidades.</p>'
        elif journey == "J4":
            consent = html.choice("consentir", "sim", "Autorizar o Pix Automático das próximas mensalidades", kind="checkbox")
        return (
            f'<form class="card" method="post" action="/pagar/{escape(name)}"><fieldset>{radios}</fieldset>{consent}'
            f'<label for="valor">Valor a pagar</label>'
            f'<input id="valor" name="valor" inputmode="decimal" value="{cents // 100},{cents % 100:02d}">'
            f"{html.choice('duas_vezes', 'sim', 'Pagar duas vezes', kind='checkbox')}"
            f'<button class="big">{"Pagar de novo" if again else "Pagar"}</button></form>'
        )

    def _pix_body(self, kind: str, doc: Doc) -> str:
        parts = value.owed(doc, kind, self.bank.clock.today())
        journey = "J4" if doc.get("recs") else ""
        return (
            f'<div class="card"><h1>{escape(doc.get("devedor", {}).get("nome", "Pix"))} {html.badge(doc["status"])}</h1>'
            f'<div class="amount">{html.money(parts.total)}</div></div>'
            + self._form(doc["txid"], html.choice("meio", "PIX", "Pix", True), parts.total, journey, bool(doc.get("pix")))
            + f'<div class="card">{html.code("Pix copia e cola", doc.get("pixCopiaECola", ""))}</div>'
        )

    def pay(self, thing: Thing, form: dict[str, str]) -> Response:
        """The button: pay what the form says, once or twice."""
        account, kind, doc = thing
        digits = re.sub(r"\D", "", form.get("valor", ""))
        cents, consent = (int(digits) if digits else None), form.get("consentir") == "sim"
        for _ in range(2 if form.get("duas_vezes") == "sim" else 1):
            if isinstance(doc, Charge):
                self.cashier.pay_charge(doc, cents, form.get("meio", ""), consent)
            elif kind in ("cob", "cobv"):
                self.cashier.pay_pix(account, kind, doc, cents, consent)
            else:
                raise Refused(422, "not_payable", "Isto não se paga.")
        words = "<h2>Pagamento feito</h2><p>O recebedor será avisado em instantes.</p>"
        return self.show(thing, f'<div class="card notice">{words}</div>')

    def decide(self, thing: Thing, form: dict[str, str]) -> Response:
        """The payer accepts, rejects or cancels an authorization."""
        account, kind, doc = thing
        if kind != "rec" or form.get("decisao") not in ("APROVADA", "REJEITADA", "CANCELADA"):
            raise Refused(404, "not_found", "Não encontramos esta autorização.")
        self.recurrences.decide(account, doc, form["decisao"], "JORNADA_2")
        return Response(303, headers={"Location": f"/pagar/{doc['idRec']}"})
