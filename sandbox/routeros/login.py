"""Both ways to log in: in clear (6.43 and later) and by challenge (before).

`--login plain|challenge` overrides what the version implies. A challenge router ignores the password of the new form
and answers with a challenge, which is how a client recognises it.
"""

import hashlib
import os
from typing import TYPE_CHECKING

from sandbox.routeros.errors import Fatal, Trap

if TYPE_CHECKING:
    from sandbox.routeros.session import Call, Session


def before_login(session: "Session", call: "Call") -> None:
    """A sentence of a connection that has not logged in. Raises Trap or Fatal."""
    if call.command == b"/quit":
        raise Fatal("session terminated on request")
    if call.command != b"/login":
        raise Fatal("not logged in")
    log_in(session, call)


def log_in(session: "Session", call: "Call") -> None:
    """`/login` in either form."""
    router = session.router
    if router.faults.hang_after == 0 and not router.faults.only:
        session.hang()
        return
    name = call.attributes.get(b"name")
    response = call.attributes.get(b"response")
    if router.login_form == "challenge" and response is None:
        session.challenge = os.urandom(16)
        session.done(call.tag, session.challenge.hex().encode())
        return
    user = router.users.get(name or b"")
    accepted = user is not None and "api" in user.policies and not router.faults.refuse_login
    if accepted and user is not None:
        if router.login_form == "challenge":
            accepted = response == _expected(user.password, session.challenge)
            session.challenge = b""
        else:
            accepted = call.attributes.get(b"password") == user.password
    if not accepted or user is None:
        router.counters.failed_logins += 1
        router.log(b"system,error,critical", b"login failure for user %s from %s via api" % (name or b"", session.peer.encode()))
        raise Trap("cannot log in" if router.login_form == "challenge" else "invalid user name or password (6)")
    session.user = user
    router.counters.logins += 1
    router.log(b"system,info,account", b"user %s logged in from %s via api" % (user.name, session.peer.encode()))
    session.done(call.tag)


def _expected(password: bytes, challenge: bytes) -> bytes:
    digest = hashlib.md5(b"\x00" + password + challenge, usedforsecurity=False).hexdigest()
    return b"00" + digest.encode()
