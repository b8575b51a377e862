"""How devices find out whether a network lets them through: they ask for a page of their maker over plain HTTP (network.md §5.4).

The expected answer means "online"; a redirect makes the device offer our page to its owner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Online:
    """What such a device takes for "online"."""

    status: int
    body: str
    content_type: str = "text/plain"


_NOTHING: Final = Online(204, "")
_APPLE: Final = Online(200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>", "text/html")
# By path, because makers use many hosts; by host where the path is everybody's.
_BY_PATH: Final[Mapping[str, Online]] = {
    "/generate_204": _NOTHING,  # Android, Chrome
    "/gen_204": _NOTHING,
    "/hotspot-detect.html": _APPLE,
    "/library/test/success.html": _APPLE,
    "/connecttest.txt": Online(200, "Microsoft Connect Test"),
    "/ncsi.txt": Online(200, "Microsoft NCSI"),
    "/success.txt": Online(200, "success\n"),  # Firefox
}
_BY_HOST: Final[Mapping[str, Online]] = {"captive.apple.com": _APPLE, "connectivity-check.ubuntu.com": _NOTHING}


def online_answer(host: str, path: str) -> Online | None:
    """The answer that means "online", None when this is no such question."""
    return _BY_PATH.get(path.lower()) or _BY_HOST.get(host.partition(":")[0])


# Programs that follow the redirect by themselves, before their owner has seen anything: their visit is no proof of a notice.
_NOT_A_PERSON: Final = ("captivenetworksupport", "microsoft ncsi", "dalvik/")


def is_person(user_agent: str) -> bool:
    """Whether somebody may be looking, as far as the browser's own name tells."""
    name = user_agent.lower()
    return not any(part in name for part in _NOT_A_PERSON)
