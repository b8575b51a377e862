"""TLS of the API: a certificate made at the start, or anonymous Diffie-Hellman as a router without a certificate."""

import datetime
import hashlib
import ssl
import tempfile
from pathlib import Path

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    CAN_MAKE_CERTIFICATES = True
except ImportError:
    CAN_MAKE_CERTIFICATES = False

# Group ffdhe2048 of RFC 7919. Anonymous Diffie-Hellman needs some parameters; real routers bring their own.
DH_PARAMETERS = """-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
"""


def anonymous_context() -> ssl.SSLContext:
    """Encrypted, not authenticated, TLS 1.2 at most."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:@SECLEVEL=0")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dh.pem")
        path.write_text(DH_PARAMETERS)
        context.load_dh_params(str(path))
    return context


def make_certificate(name: str) -> bytes:
    """A new self-signed certificate with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64] or "router")])
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)


def use_certificate(context: ssl.SSLContext, pem: bytes) -> str:
    """Present this certificate from now on. Returns the SHA-256 of its DER form in hex."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "router.pem")
        path.write_bytes(pem)
        path.chmod(0o600)
        context.load_cert_chain(path)
    start = pem.index(b"-----BEGIN CERTIFICATE-----")
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem[start:].decode("ascii"))).hexdigest()


def certificate_context(name: str, kept_in: Path | None) -> tuple[ssl.SSLContext, str]:
    """A context with a certificate, and its fingerprint. With `kept_in` the certificate is the same at every start."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if kept_in is not None and kept_in.exists():
        return context, use_certificate(context, kept_in.read_bytes())
    pem = make_certificate(name)
    if kept_in is not None:
        kept_in.touch(mode=0o600)
        kept_in.write_bytes(pem)
    return context, use_certificate(context, pem)
