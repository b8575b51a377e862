"""The second port: nobody without a certificate, and a token belongs to the certificate it was given to."""

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.sandbox.bank.conftest import ALL, basic
from tests.support.bank_process import BankProcess

GRANT = b"grant_type=client_credentials"


def context(folder: Path, with_certificate: bool = True) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    if with_certificate:
        made.load_cert_chain(folder / "client.pem", folder / "client.key")
    return made


def test_only_with_a_certificate_and_the_token_is_bound_to_it(tmp_path: Path) -> None:
    with BankProcess(tls_port=0, tls_dir=tmp_path / "tls") as bank:
        folder = tmp_path / "tls"
        token = bank.call("POST", "/oauth/token", GRANT, headers=basic("abc", "s"), context=context(folder)).body["access_token"]

        assert bank.call("GET", f"/pix/v2/cob?{ALL}", token=token, context=context(folder)).status == 200
        assert bank.call("GET", f"/pix/v2/cob?{ALL}", token=token).status == 401
        with pytest.raises((ssl.SSLError, ConnectionError)):
            bank.call("POST", "/oauth/token", GRANT, headers=basic("abc", "s"), context=context(folder, with_certificate=False))


def test_the_certificate_is_there_in_each_form_and_stays(tmp_path: Path) -> None:
    kept = []
    for _ in range(2):
        with BankProcess(tls_port=0, tls_dir=tmp_path):
            kept.append((tmp_path / "client.pem").read_bytes())

    key, certificate, _more = pkcs12.load_key_and_certificates((tmp_path / "client.p12").read_bytes(), b"malha")
    assert kept[0] == kept[1] and key is not None and certificate is not None
    assert (tmp_path / "client.key").stat().st_mode & 0o077 == 0
