"""The control channel under /control: JSON in, JSON out. README.md lists it."""

import datetime
from typing import TYPE_CHECKING, Any

from sandbox.bank.books import Account, Charge, Doc, letters
from sandbox.bank.errors import Refused
from sandbox.bank.faults import Faults
from sandbox.bank.http import Request, Response, as_json
from sandbox.bank.pix import debit
from sandbox.bank.routes import Routes
from sandbox.bank.views import charge_view
from sandbox.bank.webhooks import Notice

if TYPE_CHECKING:
    from sandbox.bank.process import BankServer

DECISIONS = {"approve": "APROVADA", "reject": "REJEITADA", "cancel": "CANCELADA", "expire": "EXPIRADA"}
FORGERIES = ("bad_signature", "unknown_charge", "false_paid")


class Control:
    """What tests and the demo do to the bank."""

    def __init__(self, server: "BankServer") -> None:
        self.server = server
        self.bank = server.bank
        self.routes = Routes()
        for method, path, action in (
            ("GET", "/control/faults", self.faults),
            ("POST", "/control/faults", self.set_faults),
            ("POST", "/control/faults/clear", self.clear_faults),
            ("POST", "/control/pay", self.pay),
            ("GET", "/control/clock", self.clock),
            ("POST", "/control/clock", self.set_clock),
            ("POST", "/control/expire", self.expire),
            ("POST", "/control/release", self.release),
            ("POST", "/control/reject", self.reject),
            ("POST", "/control/recurrence", self.recurrence),
            ("POST", "/control/debit", self.debit),
            ("POST", "/control/devolucao", self.devolucao),
            ("POST", "/control/webhook/forge", self.forge),
            ("POST", "/control/webhook/release", self.release_webhooks),
            ("POST", "/control/webhook/resend", self.resend),
            ("GET", "/control/events", self.events),
            ("GET", "/control/charges", self.charges),
            ("POST", "/control/retorno", self.retorno),
            ("GET", "/control/stats", self.stats),
            ("POST", "/control/stats/reset", self.reset_stats),
            ("POST", "/control/reset", self.reset),
            ("POST", "/control/stop", self.stop),
        ):
            self.routes.add(method, path, action)

    def answer(self, request: Request) -> Response:
        """One request. Raises Refused."""
        found = self.routes.find(request)
        if found is None:
            raise Refused(404, "not_found", "Controle desconhecido.")
        try:
            return found[0](request.json())
        except ValueError as problem:
            raise Refused(422, "control_invalid", str(problem)) from problem

    def faults(self, body: Doc) -> Response:
        """What is wrong at present."""
        return as_json(self.server.faults.as_dict())

    def set_faults(self, body: Doc) -> Response:
        """Some faults; the others stay."""
        self.server.faults.change(body)
        if not self.server.faults.shuffle:
            self.server.webhooks.release()
        return self.faults(body)

    def clear_faults(self, body: Doc) -> Response:
        """Nothing is wrong any more."""
        self.server.faults.change(Faults().as_dict())
        self.server.webhooks.release()
        return self.faults(body)

    def pay(self, body: Doc) -> Response:
        """A payer pays: by `reference` (with `token` if several accounts use it), `txid`, `nosso_numero` or `id`."""
        account, kind, thing = self._find(body)
        cents, consent = body.get("cents"), body.get("consent")
        if isinstance(thing, Charge):
            payment = self.server.cashier.pay_charge(thing, cents, str(body.get("channel") or ""), consent)
            return as_json({"payment": payment, "charge": charge_view(self.bank, thing)})
        if kind in ("cob", "cobv"):
            return as_json({"pix": self.server.cashier.pay_pix(account, kind, thing, cents, consent)})
        if kind == "cobr":
            self.server.cashier.collect(account, thing)
            return as_json({"cobr": thing})
        raise Refused(422, "not_payable", "Isto não se paga.")

    def _find(self, body: Doc) -> tuple[Account, str, Any]:
        token = body.get("token")
        if token and (charge := self.bank.account(token).charges.get(str(body.get("reference")))):
            return self.bank.account(token), "charge", charge
        for name in ("txid", "nosso_numero", "id", "id_rec", "reference"):
            wanted = body.get(name)
            found = self.bank.find(str(wanted)) if wanted else None
            if found:
                return found
            charge = self.bank.find_charge(str(wanted)) if wanted else None
            if charge:
                return self.bank.account(charge.account), "charge", charge
        raise Refused(404, "not_found", "Nada com este nome.")

    def _charge(self, body: Doc) -> Charge:
        thing = self._find(body)[2]
        if not isinstance(thing, Charge):
            raise Refused(404, "not_found", "Não é uma cobrança da API própria.")
        return thing

    def clock(self, body: Doc) -> Response:
        """What day it is."""
        return as_json({"date": self.bank.clock.today().isoformat(), "now": self.bank.clock.stamp()})

    def set_clock(self, body: Doc) -> Response:
        """Another `date`, or so many `days` on. Debits, ends and expiries happen before the answer, day by day."""
        clock = self.bank.clock
        wanted = (
            datetime.date.fromisoformat(body["date"]) if body.get("date") else clock.today() + datetime.timedelta(int(body.get("days", 0)))
        )
        while 0 < (wanted - clock.today()).days <= 400:
            self.bank.go_to(clock.today() + datetime.timedelta(days=1))
            self.server.age()
        self.bank.go_to(wanted)
        self.server.age()
        return self.clock(body)

    def expire(self, body: Doc) -> Response:
        """One charge ends now."""
        charge = self._charge(body)
        self.server.clerk.expire(charge)
        return as_json(charge_view(self.bank, charge))

    def release(self, body: Doc) -> Response:
        """Waiting registrations arrive: one, or all."""
        if any(body.get(name) for name in ("reference", "id")):
            charge = self._charge(body)
            if charge.status == "PENDING":
                self.server.clerk.confirm(charge)
            return as_json({"released": 1})
        return as_json({"released": self.server.clerk.arrive(everything=True)})

    def reject(self, body: Doc) -> Response:
        """A waiting registration is refused."""
        charge = self._charge(body)
        if charge.status != "PENDING":
            raise Refused(409, "not_pending", "A cobrança não está pendente.")
        self.server.clerk.reject(charge, str(body.get("code", "rejected_by_bank")), str(body.get("message", "Título recusado pelo banco.")))
        return as_json(charge_view(self.bank, charge))

    def recurrence(self, body: Doc) -> Response:
        """The payer decides: `action` approve, reject, cancel or expire; `journey` J1 to J4."""
        account, kind, thing = self._find(body)
        if isinstance(thing, Charge):
            kind, thing = "rec", account.docs["rec"].get((thing.recurrence or {}).get("id_rec", ""))
        action = body.get("action")
        if action not in DECISIONS or thing is None or kind not in ("rec", "solicrec"):
            raise Refused(422, "action_invalid", f"action deve ser {', '.join(DECISIONS)}.")
        journey = f"JORNADA_{str(body.get('journey', 'J2'))[-1]}"
        if kind == "solicrec":
            debit.set_status(self.bank, thing, "ACEITA" if action == "approve" else "REJEITADA")
            account.put("solicrec", thing["idSolicRec"], thing)
            thing, journey = account.docs["rec"][thing["idRec"]], "JORNADA_1"
        txid = str(body.get("charge_txid", ""))
        self.server.recurrences.decide(
            account, thing, DECISIONS[action], journey, txid, str(body.get("code", "")), str(body.get("who", ""))
        )
        return as_json(thing)

    def debit(self, body: Doc) -> Response:
        """The running attempt of a cobr ends: paid, or with `code` refused."""
        account, kind, thing = self._find(body)
        if kind != "cobr":
            raise Refused(404, "not_found", "Não é uma cobr.")
        self.server.cashier.collect(account, thing, str(body.get("code", "")))
        return as_json(thing)

    def devolucao(self, body: Doc) -> Response:
        """What was held reaches its end: `end_to_end_id`, `id`, `status` DEVOLVIDO or NAO_REALIZADO."""
        for account in self.bank.accounts.values():
            pix = account.docs["pix"].get(str(body.get("end_to_end_id")), {})
            for each in pix.get("devolucoes", []):
                if each["id"] == body.get("id"):
                    self.server.pix.received.settle(account, pix, each, str(body.get("status", "DEVOLVIDO")))
                    return as_json(each)
        raise Refused(404, "not_found", "Devolução não encontrada.")

    def forge(self, body: Doc) -> Response:
        """Send a lie to the webhook of `token`: bad_signature, unknown_charge (rightly signed) or false_paid (rightly signed)."""
        kind = body.get("kind")
        if kind not in FORGERIES:
            raise Refused(422, "kind_invalid", f"kind deve ser {', '.join(FORGERIES)}.")
        account = self.bank.account(str(body.get("token")))
        if kind == "unknown_charge":
            view = {"id": letters(16), "reference": f"nunca-vista-{letters(6)}", "status": "PAID", "paid_cents": 100, "payments": []}
        else:
            view = charge_view(self.bank, self._charge(body))
            view |= {"status": "PAID", "paid_cents": view["amount_cents"], "paid_at": self.bank.clock.stamp(), "channel": "PIX"}
        event_id = f"evt_{letters(20)}"
        message = {"event_id": event_id, "type": "charge.paid", "at": self.bank.clock.stamp(), "charge": view}
        secret = letters(32) if kind == "bad_signature" else account.settings["webhook_secret"]
        event: Doc = {"event_id": event_id, "tries": [], "state": "waiting"}
        self.server.webhooks.send(Notice(account, event, account.settings["webhook_url"], message, secret, forged=True))
        return as_json(message)

    def release_webhooks(self, body: Doc) -> Response:
        """What is held for shuffling goes out, last first."""
        return as_json({"released": self.server.webhooks.release()})

    def resend(self, body: Doc) -> Response:
        """Send an event again as it was."""
        for account in self.bank.accounts.values():
            event = account.docs["event"].get(str(body.get("event_id")))
            if event:
                own = not event["type"].startswith("pix.")
                url = account.settings["webhook_url"] if own else event["url"]
                secret = account.settings["webhook_secret"] if own else ""
                self.server.webhooks.send(Notice(account, event, url, event["body"], secret))
                return as_json(event)
        raise Refused(404, "not_found", "Evento não encontrado.")

    def events(self, body: Doc) -> Response:
        """Every notice of every account, in order."""
        return as_json({"events": [event for account in self.bank.accounts.values() for event in account.docs["event"].values()]})

    def charges(self, body: Doc) -> Response:
        """Every charge of every account."""
        return as_json({"charges": [charge_view(self.bank, charge) for charge in self.bank.all_charges()]})

    def retorno(self, body: Doc) -> Response:
        """Write the bank file of what happened into the folder of --retorno-dir."""
        written = self.server.files.write(int(body.get("format", 240)), str(body.get("bank", "")), str(body.get("token", "")))
        return as_json({"files": written})

    def stats(self, body: Doc) -> Response:
        """What happened."""
        return as_json(self.server.stats())

    def reset_stats(self, body: Doc) -> Response:
        """Begin to count again."""
        self.server.reset_stats()
        return as_json({})

    def reset(self, body: Doc) -> Response:
        """An empty bank without faults."""
        self.server.webhooks.stop()
        self.bank.reset()
        self.server.clerk.pending.clear()
        self.server.reset_stats()
        return self.clear_faults(body)

    def stop(self, body: Doc) -> Response:
        """The end."""
        self.server.stop()
        return as_json({})
