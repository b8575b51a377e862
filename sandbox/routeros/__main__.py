"""`python -m sandbox.routeros`: start one simulated router. README.md explains the options."""

import argparse
import asyncio

from sandbox.routeros import seed, state
from sandbox.routeros.faults import Faults
from sandbox.routeros.process import RouterServer
from sandbox.routeros.router import Identity, Router
from sandbox.routeros.users import FULL, User, parse_login


def build_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.routeros", description="A simulated MikroTik router.")
    parser.add_argument("--name", default="MikroTik", help="identity of the router")
    parser.add_argument("--version", default="7.19.4", help="RouterOS version to behave like")
    parser.add_argument("--board", default="CCR2004-1G-12S+2XS")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="API port, 0 = free")
    parser.add_argument("--tls-port", type=int, default=0, help="API-SSL port, 0 = free")
    parser.add_argument("--tls", choices=("cert", "adh", "off"), default="cert")
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--control-host", default="127.0.0.1")
    parser.add_argument("--user", default="malha", help="the API user, with every policy")
    parser.add_argument("--password", default="malha")
    parser.add_argument("--login", action="append", default=[], metavar="NAME:PASSWORD[:POLICIES]", help="another API user")
    parser.add_argument("--login-form", choices=("plain", "challenge"), default="", help="default: what the version does")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--secrets", type=int, default=0, help="secrets with an ownership mark")
    parser.add_argument("--foreign", type=int, default=0, help="rows that are somebody else's")
    parser.add_argument("--sessions", type=int, default=0, help="live sessions")
    parser.add_argument("--cp1252-comments", action="store_true", help="foreign comments as Winbox writes them")
    parser.add_argument("--duplicate-mark", action="store_true", help="one marked secret copied with its comment")
    parser.add_argument("--auto-connect", type=float, default=None, metavar="MS", help="enabled secrets and users dial by themselves")
    parser.add_argument("--offline", type=int, default=0, metavar="PERCENT", help="of those secrets, how many never dial by themselves")
    parser.add_argument("--uptime", type=float, default=0.0, metavar="HOURS", help="how long the router seems to be up already")
    parser.add_argument("--traffic-share", type=float, default=1.0, help="scales the believable traffic")
    parser.add_argument("--state-file", default="", help="configuration kept over a restart")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=VALUE", help="a fault in force from the start")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input closes")
    return parser


def parse_faults(given: list[str]) -> Faults:
    """`name=value` pairs as faults. Raises ValueError."""
    faults = Faults()
    changes: dict[str, object] = {}
    for each in given:
        name, _, value = each.partition("=")
        changes[name.replace("-", "_")] = value.lower() in ("", "1", "true", "yes") if _is_flag(faults, name) else value
    faults.change(changes)
    return faults


def _is_flag(faults: Faults, name: str) -> bool:
    return isinstance(getattr(faults, name.replace("-", "_"), None), bool)


async def run(options: argparse.Namespace) -> None:
    """Build the router and serve it."""
    identity = Identity(options.name, options.version, options.board, options.login_form)
    main_user = User(options.user.encode(), options.password.encode(), FULL)
    users = [main_user, *(parse_login(each) for each in options.login)]
    router = Router(asyncio.get_running_loop(), identity, users, parse_faults(options.fault))
    router.traffic.share = options.traffic_share
    router.ppp.offline_percent = options.offline
    router.schedule.advance(options.uptime * 3600)
    server = RouterServer(router, options)
    if server.state_file is None or not state.load(router, server.state_file):
        seed.sow(router, seed.Plan(options.secrets, options.foreign, options.sessions, options.seed))
        if options.cp1252_comments:
            seed.winbox_comments(router)
        if options.duplicate_mark:
            seed.duplicate_mark(router)
    if options.auto_connect is not None:
        server.auto_connect(options.auto_connect / 1000)
    await server.run()


def main() -> None:
    """Entry point."""
    asyncio.run(run(build_parser().parse_args()))


if __name__ == "__main__":
    main()
