"""The Pix API under /pix/v2: checks the token, finds the function, answers problems in RFC 7807."""

from sandbox.bank.books import Bank
from sandbox.bank.errors import Problem
from sandbox.bank.faults import Faults
from sandbox.bank.http import NotJson, Request, Response
from sandbox.bank.pix import oauth
from sandbox.bank.pix.cob import Cobs
from sandbox.bank.pix.cobr import CobRs
from sandbox.bank.pix.hooks import Hooks
from sandbox.bank.pix.loc import Locations
from sandbox.bank.pix.rec import Recs
from sandbox.bank.pix.received import Received
from sandbox.bank.recurrences import Recurrences
from sandbox.bank.routes import Routes
from sandbox.bank.webhooks import Webhooks

PREFIX = "/pix/v2"


class PixApi:
    """Answers /pix/v2."""

    def __init__(self, bank: Bank, faults: Faults, webhooks: Webhooks, recurrences: Recurrences) -> None:
        self.bank = bank
        self.routes = Routes()
        locations = Locations(bank, recurrences)
        self.received = Received(bank, faults, webhooks)
        for part in (
            Cobs(bank, locations),
            locations,
            self.received,
            Hooks(bank),
            Recs(bank, recurrences, locations),
            CobRs(bank, webhooks),
        ):
            for method, path, action in part.routes():
                self.routes.add(method, PREFIX + path, action)

    def answer(self, request: Request) -> Response:
        """One request of the Pix API."""
        try:
            account = oauth.account_of(self.bank, request)
            found = self.routes.find(request)
            if found is None:
                raise Problem(404, "NaoEncontrado", "Recurso não encontrado.")
            action, arguments, _pattern = found
            return action(account, request, **arguments)
        except NotJson as problem:
            return Problem(400, "RequisicaoInvalida", str(problem)).response()
        except Problem as problem:
            return problem.response()
