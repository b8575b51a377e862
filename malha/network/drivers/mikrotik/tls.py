"""TLS as routers do it: a self-signed certificate pinned on first use, or none at all (network.md §1.1)."""

import hashlib
import socket
import ssl

from malha.network.base import PermanentFailure, Target, TemporaryFailure

PINNED = "PINNED"
ANONYMOUS = "ANONYMOUS"
PLAIN = "PLAIN"


def secure(raw: socket.socket, target: Target) -> tuple[socket.socket, str]:
    """The connection wrapped as the target says, and the SHA-256 of the certificate seen (empty without one).

    A router that once had a pin never falls back to anything else by itself: changing the mode means clearing the pin.
    Raises PermanentFailure `certificate_changed` or `tls_downgrade`, TemporaryFailure when the router hangs up during the
    handshake, OSError when the connection breaks.
    """
    if target.tls_mode != PINNED and target.tls_pin:
        raise PermanentFailure("tls_downgrade", f"a certificate is pinned, but the mode is {target.tls_mode}")
    if target.tls_mode == PLAIN:
        return raw, ""
    context = pinned_context() if target.tls_mode == PINNED else anonymous_context()
    try:
        wrapped = context.wrap_socket(raw)
    except (ssl.SSLZeroReturnError, ssl.SSLEOFError) as problem:
        # A router without the certificate this mode needs, or with too many sessions, hangs up without saying which.
        raise TemporaryFailure("connection_lost", f"closed during the TLS handshake ({target.tls_mode}): {problem.reason}") from problem
    except ssl.SSLSyscallError:
        raise
    except ssl.SSLError as problem:
        raise PermanentFailure("tls_downgrade", problem.reason or str(problem)) from problem
    if target.tls_mode == ANONYMOUS:
        return wrapped, ""
    certificate = wrapped.getpeercert(binary_form=True)
    seen = hashlib.sha256(certificate or b"").hexdigest()
    if target.tls_pin and seen != target.tls_pin.lower():
        wrapped.close()
        raise PermanentFailure("certificate_changed", f"pinned {target.tls_pin}, seen {seen}")
    return wrapped, seen


def pinned_context() -> ssl.SSLContext:
    """Any certificate will do: the pin decides, not a chain nobody signs for routers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def anonymous_context() -> ssl.SSLContext:
    """`api-ssl` without a certificate: anonymous Diffie-Hellman, which ends with TLS 1.2. Encrypted, not authenticated."""
    context = pinned_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:@SECLEVEL=0")
    return context
