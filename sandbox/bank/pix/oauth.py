"""POST /oauth/token: client_credentials, by Basic or in the form. Every client_id is an account; any secret will do once."""

import base64
import binascii
import hashlib
import secrets
import time

from sandbox.bank.books import Account, Bank
from sandbox.bank.errors import Problem
from sandbox.bank.http import NotJson, Request, Response, as_json

SECONDS = 3600
SCOPES = " ".join(
    f"{name}.{what}"
    for name in "cob cobv lotecobv cobr rec solicrec pix webhook webhookrec webhookcobr payloadlocation payloadlocationrec".split()
    for what in ("read", "write")
)


def give_token(bank: Bank, request: Request) -> Response:
    """A token, bound to the client's certificate if there is one (RFC 8705)."""
    body = request.form()
    if "json" in request.headers.get("content-type", ""):
        try:
            body = {name: str(value) for name, value in request.json().items()}
        except NotJson:
            body = {}
    client, secret = body.get("client_id", ""), body.get("client_secret", "")
    kind, _, basic = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(basic, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            client = ""
    grant = body.get("grant_type") or request.query.get("grant_type", "")
    if grant != "client_credentials":
        return as_json({"error": "unsupported_grant_type"}, 400)
    if not client or not _known(bank.account(client), secret):
        return as_json({"error": "invalid_client"}, 401, WWW_Authenticate="Basic")
    token = secrets.token_urlsafe(32)
    # Real seconds: a clock moved by a test does not take tokens away.
    expires = time.time() + SECONDS
    bank.tokens[token] = {"client": client, "expires": expires, "certificate": request.certificate}
    bank.store.put("", "token", token, bank.tokens[token])
    scope = body.get("scope") or SCOPES
    return as_json({"access_token": token, "token_type": "Bearer", "expires_in": SECONDS, "scope": scope}, Cache_Control="no-store")


def _known(account: Account, secret: str) -> bool:
    """The first secret an account comes with is its secret from then on."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    if "client_secret" not in account.settings:
        account.settings["client_secret"] = digest
        account.save_settings()
    return secrets.compare_digest(str(account.settings["client_secret"]), digest)


def account_of(bank: Bank, request: Request) -> Account:
    """Whose token this is. Raises Problem."""
    token = bank.tokens.get(request.bearer)
    if token is None or token["expires"] < time.time():
        raise Problem(401, "AcessoNegado", "Token ausente, desconhecido ou vencido.")
    if token["certificate"] and token["certificate"] != request.certificate:
        raise Problem(401, "AcessoNegado", "O token pertence a outro certificado.")
    return bank.account(token["client"])
