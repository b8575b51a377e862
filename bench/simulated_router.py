"""How fast the simulated router is by itself, so that the benches of the client measure the client.

    python -m bench.simulated_router

Bars: 25,000 adds a second with 200 in flight, 20,000 whole rows in 0.7 s.
"""

import time

from tests.support.raw_router_client import RawClient, encode
from tests.support.router_process import RouterProcess

DONE = b"\x05!done"
WINDOW = 200


def adds_per_second(client: RawClient, count: int) -> float:
    """Add secrets with at most WINDOW unanswered; replies are counted, not parsed."""
    words = ("=password=12345678", "=service=pppoe", "=profile=default")
    commands = [encode("/ppp/secret/add", f"=name=user{n}", *words, f"=comment=malha:access:{n}", f".tag={n}") for n in range(count)]
    sent = answered = 0
    tail = b""
    started = time.perf_counter()
    while answered < count:
        if sent < count and sent - answered <= WINDOW // 2:
            until = min(count, answered + WINDOW)
            client.socket.sendall(b"".join(commands[sent:until]))
            sent = until
        piece = tail + client.socket.recv(1 << 18)
        answered += piece.count(DONE)
        tail = piece[-len(DONE) + 1 :]
    return count / (time.perf_counter() - started)


def seconds_to_read(client: RawClient, *words: str) -> float:
    """From the question to the last byte of the answer."""
    started = time.perf_counter()
    client.send(*words, ".tag=r")
    tail = b""
    while DONE not in tail:
        tail = tail[-len(DONE) :] + client.socket.recv(1 << 18)
    return time.perf_counter() - started


def main() -> None:
    """Print the figures."""
    with RouterProcess(tls="off") as router, RawClient(router.port) as client:
        client.login(router.user, router.password)
        print(f"adds a second, window {WINDOW}: {adds_per_second(client, 20_000):,.0f}")
    with RouterProcess(tls="off", secrets=20_000) as router, RawClient(router.port) as client:
        client.login(router.user, router.password)
        print(f"20,000 whole rows: {seconds_to_read(client, '/ppp/secret/print'):.3f} s")
        proplist = "=.proplist=.id,name,profile,disabled,comment"
        print(f"20,000 rows of five properties: {seconds_to_read(client, '/ppp/secret/print', proplist):.3f} s")
    for name, faults in (("20 ms latency", {"latency_ms": 20}), ("20 ms + 2 ms a command", {"latency_ms": 20, "command_ms": 2})):
        with RouterProcess(tls="off") as router, RawClient(router.port) as client:
            client.login(router.user, router.password)
            router.fault(**faults)
            print(f"adds a second, {name}: {adds_per_second(client, 1_000):,.0f}")


if __name__ == "__main__":
    main()
