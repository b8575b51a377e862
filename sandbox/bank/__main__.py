"""`python -m sandbox.bank`: start one simulated bank. README.md explains the options."""

import argparse
import asyncio

from sandbox.bank.process import BankServer


def build_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.bank", description="A simulated bank.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="HTTP port, 0 = free")
    parser.add_argument("--public-url", default="", help="address in pages and copia-e-cola; default: http://HOST:PORT")
    parser.add_argument("--tls-port", type=int, default=None, help="HTTPS port that demands a client certificate, 0 = free; default: none")
    parser.add_argument("--tls-dir", default="", help="folder for ca.pem, client.pem, client.key, client.p12, server.pem")
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD", help="what day it is in the bank at the start; default: today")
    parser.add_argument("--state-file", default="", help="books kept over a restart")
    parser.add_argument("--retorno-dir", default="", help="folder for bank files written by POST /control/retorno")
    parser.add_argument(
        "--webhook-retry", type=float, default=1.0, metavar="SECONDS", help="first pause between tries of a webhook; doubles"
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input closes")
    return parser


async def run(options: argparse.Namespace) -> None:
    """Build the bank and serve it."""
    await BankServer(options).run()


def main() -> None:
    """Entry point."""
    asyncio.run(run(build_parser().parse_args()))


if __name__ == "__main__":
    main()
