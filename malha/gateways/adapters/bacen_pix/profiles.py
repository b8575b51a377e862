"""What tells one PSP from another: addresses, how a token is asked for, what each call carries (payments.md §11).

Only Sicoob's has a public report of having been tried; every other one is to be confirmed at its first use.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class TokenStyle(StrEnum):
    """How client_id and client_secret are given when a token is asked for."""

    BASIC_JSON = "basic_json"
    BASIC_FORM = "basic_form"
    FORM = "form"
    CLIENT_ID = "client_id"  # the certificate is the secret


@dataclass(frozen=True, slots=True)
class Profile:
    """One PSP; `outro` has no label of its own. Addresses are empty where none is known; `test_` ones are of the PSP's test environment.

    `root` and `patch_root` stand before each path. `extra_key`, `extra_header`: the query parameter or header that carries the
    application's key. `aliases`: other names of pixCopiaECola. `has_secret_in_url`: the webhook's address may carry our secret.
    """

    key: str
    label: str = ""
    base: str = ""
    token: str = ""
    test_base: str = ""
    test_token: str = ""
    style: TokenStyle = TokenStyle.BASIC_FORM
    root: str = ""
    patch_root: str = ""
    extra_key: str = ""
    extra_header: str = ""
    correlation_header: str = ""
    client_id_header: str = ""
    aliases: tuple[str, ...] = ()
    has_secret_in_url: bool = False
    webhook_headers: tuple[tuple[str, str], ...] = field(default=())


OTHER: Final = "outro"
ALL: Final = (
    Profile(
        key="efi",
        label="Efí",
        base="https://pix.api.efipay.com.br/v2",
        token="https://pix.api.efipay.com.br/oauth/token",
        test_base="https://pix-h.api.efipay.com.br/v2",
        test_token="https://pix-h.api.efipay.com.br/oauth/token",
        style=TokenStyle.BASIC_JSON,
        has_secret_in_url=True,
        # Efí asks for a refusal without certificate first; with this header the secret in the address is the proof.
        webhook_headers=(("x-skip-mtls-checking", "true"),),
    ),
    Profile(
        key="inter",
        label="Banco Inter",
        base="https://cdpj.partners.bancointer.com.br/pix/v2",
        token="https://cdpj.partners.bancointer.com.br/oauth/v2/token",
        test_base="https://cdpj-sandbox.partners.uatinter.co/pix/v2",
        test_token="https://cdpj-sandbox.partners.uatinter.co/oauth/v2/token",
        style=TokenStyle.FORM,
    ),
    Profile(
        key="sicoob",
        label="Sicoob",
        base="https://api.sicoob.com.br/pix/api/v2",
        token="https://auth.sicoob.com.br/auth/realms/cooperado/protocol/openid-connect/token",
        test_base="https://sandbox.sicoob.com.br/sicoob/sandbox/pix/api/v2",
        test_token="https://auth.sicoob.com.br/auth/realms/cooperado/protocol/openid-connect/token",
        style=TokenStyle.CLIENT_ID,
        client_id_header="client_id",
        aliases=("brcode",),
    ),
    Profile(
        key="sicredi",
        label="Sicredi",
        base="https://api-pix.sicredi.com.br/api/v2",
        token="https://api-pix.sicredi.com.br/oauth/token",
        test_base="https://api-pix-h.sicredi.com.br/api/v2",
        test_token="https://api-pix-h.sicredi.com.br/oauth/token",
    ),
    Profile(
        key="bb",
        label="Banco do Brasil",
        base="https://api-pix.bb.com.br/pix/v2",
        token="https://oauth.bb.com.br/oauth/token",
        test_base="https://api.hm.bb.com.br/pix/v2",
        test_token="https://oauth.hm.bb.com.br/oauth/token",
        extra_key="gw-dev-app-key",
        aliases=("textoImagemQRcode",),
    ),
    Profile(
        key="itau",
        label="Itaú",
        base="https://secure.api.itau/pix_recebimentos/v2",
        token="https://sts.itau.com.br/api/oauth/token",
        style=TokenStyle.FORM,
        extra_header="x-sandbox-token",
        correlation_header="x-correlationID",
    ),
    Profile(
        key="bradesco",
        label="Bradesco",
        base="https://qrpix.bradesco.com.br/v2",
        token="https://qrpix.bradesco.com.br/oauth/token",
        test_base="https://qrpix-h.bradesco.com.br/v2",
        test_token="https://qrpix-h.bradesco.com.br/oauth/token",
    ),
    Profile(
        key="santander",
        label="Santander",
        base="https://trust-pix.santander.com.br/api",
        token="https://trust-pix.santander.com.br/oauth/token?grant_type=client_credentials",
        style=TokenStyle.FORM,
        root="/v1",
        patch_root="/v2",
    ),
    Profile(key=OTHER, has_secret_in_url=True),
)
PROFILES: Final = {profile.key: profile for profile in ALL}
