"""A test authority: certificates for the bank and for one client, made at the first start and kept in a folder."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
DAYS = 36500
P12_PASSWORD = b"malha"


class Authority:
    """Files in one folder: ca.pem, server.pem (with key), client.pem, client.key, client-both.pem, client.p12 (password `malha`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "ca.pem").exists():
            self._make()

    def _make(self) -> None:
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = _certificate("Autoridade de teste", "Autoridade de teste", ca_key.public_key(), ca_key, is_authority=True)
        self._write("ca.pem", _pem(ca))
        for name, subject in (("server", "Banco de teste"), ("client", "Cliente de teste")):
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = _certificate(subject, "Autoridade de teste", key.public_key(), ca_key)
            if name == "server":
                self._write("server.pem", _key(key) + _pem(certificate))
                continue
            self._write("client.pem", _pem(certificate))
            self._write("client.key", _key(key))
            self._write("client-both.pem", _key(key) + _pem(certificate))
            sealed = serialization.BestAvailableEncryption(P12_PASSWORD)
            self._write("client.p12", pkcs12.serialize_key_and_certificates(b"client", key, certificate, [ca], sealed))

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)

    def server_context(self) -> ssl.SSLContext:
        """Demands a certificate of this authority, TLS 1.2 or newer."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.folder / "server.pem")
        context.load_verify_locations(self.folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def present(self, context: ssl.SSLContext) -> None:
        """Show the bank's certificate when calling webhooks."""
        context.load_cert_chain(self.folder / "server.pem")


def _certificate(
    subject: str, issuer: str, public_key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, is_authority: bool = False
) -> x509.Certificate:
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption())
