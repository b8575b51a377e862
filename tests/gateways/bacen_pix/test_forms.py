"""What the form of the Pix API takes, and what it makes of a certificate file."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from malha.gateways.adapters.bacen_pix.forms import PixForm
from malha.gateways.adapters.bacen_pix.gateway import BacenPixAdapter
from malha.gateways.base import Environment, PermanentFailure
from tests.gateways.contract import an_account

GIVEN = {"profile": "efi", "client_id": "Client_Id_1", "client_secret": "Client_Secret_1", "account_type": "CORRENTE"}


@pytest.fixture(scope="module")
def file() -> bytes:
    """A PKCS#12 file as a bank gives it, with the password 1234."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Veloz")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=365))
    return pkcs12.serialize_key_and_certificates(b"v", key, builder.sign(key, hashes.SHA256()), None, BestAvailableEncryption(b"1234"))


def form(file: bytes = b"", **changes: Any) -> PixForm:
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict({"certificate": [SimpleUploadedFile("c.p12", file)]} if file else {})
    return PixForm({**GIVEN, **changes}, files)


def test_a_certificate_becomes_text_and_opens_the_gateway(file: bytes) -> None:
    filled = form(file, certificate_password="1234")

    assert filled.is_valid(), filled.errors
    assert base64.b64decode(filled.cleaned_data["certificate"]) == file
    account = an_account(filled.cleaned_data, environment=Environment.PRODUCTION)
    BacenPixAdapter().open(account).close()


def test_a_secret_that_is_stored_may_stay_empty() -> None:
    filled = PixForm({**GIVEN, "client_secret": ""}, initial={"profile": "efi", "client_id": "Client_Id_1"})

    assert filled.is_valid(), filled.errors


def test_a_file_without_password_replaces_one_with(file: bytes) -> None:
    key, certificate, _more = pkcs12.load_key_and_certificates(file, b"1234")
    assert key is not None and certificate is not None
    plain = pkcs12.serialize_key_and_certificates(b"v", key, certificate, None, NoEncryption())  # type: ignore[arg-type]
    pem = certificate.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    for content in (plain, pem):
        stored = {**GIVEN, "certificate": base64.b64encode(content).decode(), "certificate_password": "1234"}
        BacenPixAdapter().open(an_account(stored)).close()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_certificate_that_does_not_open_is_refused(file: bytes, password: str) -> None:
    assert list(form(file, certificate_password=password).errors) == ["certificate"]


def test_a_file_that_is_no_certificate_is_refused() -> None:
    assert list(form(b"x" * 70000).errors) == ["certificate"]
    assert list(form(b"hello").errors) == ["certificate"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"client_secret": ""}, ["client_secret"]),
        ({"client_secret": "", "profile": "sicoob"}, []),
        ({"profile": "outro"}, ["base_url", "token_url"]),
        ({"profile": "nubank"}, ["profile"]),
        ({"client_secret": "with a\nline"}, ["client_secret"]),
        ({"branch": "12345"}, ["branch"]),
    ],
)
def test_what_depends_on_the_bank(changes: dict[str, Any], wrong: list[str]) -> None:
    assert list(form(**changes).errors) == wrong


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"profile": "nubank"}, "settings_invalid"),
        ({"profile": "itau"}, "settings_invalid"),  # no test environment is known
        ({"profile": "efi", "client_secret": ""}, "settings_invalid"),
        ({"profile": "efi", "client_secret": "é"}, "settings_invalid"),
        ({"profile": "efi", "certificate": "###"}, "certificate_invalid"),
    ],
)
def test_settings_that_cannot_work_do_not_open(settings: dict[str, str], code: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        BacenPixAdapter().open(an_account({**GIVEN, **settings}))

    assert caught.value.code == code


def test_production_asks_for_a_certificate() -> None:
    with pytest.raises(PermanentFailure) as caught:
        BacenPixAdapter().open(an_account(dict(GIVEN), environment=Environment.PRODUCTION))

    assert caught.value.field == "certificate"
