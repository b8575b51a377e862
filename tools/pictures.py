"""`python -m tools.pictures FOLDER …`: make the guide's pictures small.

A screen has few colours, so a palette loses nothing. The rare ones mean something (a red dot): the palette covers colours, not areas.
"""

import sys
from pathlib import Path

from PIL import Image

MAX_BYTES = 120_000
COLOURS = (128, 64, 32)


def shrink(file: Path) -> int:
    """Reduce a PNG to a palette, with fewer colours while it is too big; its size in bytes."""
    with Image.open(file) as picture:
        if picture.mode == "P" and file.stat().st_size <= MAX_BYTES:
            return file.stat().st_size
        full = picture.convert("RGB")
    for colours in COLOURS:
        full.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size <= MAX_BYTES:
            break
    return file.stat().st_size


def main(folders: list[str]) -> int:
    """The number of pictures that are still too big."""
    sizes = {file: shrink(file) for folder in folders for file in sorted(Path(folder).glob("*.png"))}
    too_big = {file: size for file, size in sizes.items() if size > MAX_BYTES}
    for file, size in too_big.items():
        sys.stderr.write(f"{file}: {size} bytes, more than {MAX_BYTES}\n")
    return len(too_big)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
