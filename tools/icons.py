"""Rebuild the icon sprite from an unpacked `@tabler/icons` package: `python tools/icons.py node_modules/@tabler/icons [name …]`.

The names already in the sprite are kept and the ones given are added, so that the sprite only ever holds what somebody asked for.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "malha/core/static/ui/icons.svg"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">\n'
FRAME = "M0 0h24v24H0z"


def names_in(sprite: str) -> set[str]:
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))


def symbol(package: Path, name: str) -> str:
    source = (package / "icons/outline" / f"{name}.svg").read_text("utf-8")
    paths = (path for path in re.findall(r'<path[^>]*?\bd="([^"]+)"', source) if path != FRAME)
    return f'<symbol id="{name}" viewBox="0 0 24 24">' + "".join(f'<path d="{path}"/>' for path in paths) + "</symbol>\n"


def main(package: Path, wanted: list[str]) -> None:
    names = names_in(SPRITE.read_text("utf-8")) if SPRITE.exists() else set()
    SPRITE.write_text(HEAD + "".join(symbol(package, name) for name in sorted(names | set(wanted))) + "</svg>\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
