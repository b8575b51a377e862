"""`make bench`, or `python -m bench [list] [search] [export] [sign-ups] [dashboard] [money] [routers] [slips] [starts]`.

README.md says what is measured and how to read it.
"""

import json
import sys
from pathlib import Path

from bench import report, run

PARTS = {"list", "search", "export", "sign-ups", "dashboard", "money", "routers", "slips", "starts"}


def main() -> None:
    """Measure, print, and keep the results under today's date when everything was measured."""
    only = set(sys.argv[1:])
    if only - PARTS:
        raise SystemExit(f"bench: unknown part {', '.join(sorted(only - PARTS))}; there are {', '.join(sorted(PARTS))}")
    results = run.main(only)
    text = report.markdown(results)
    print(text)
    if not only:
        folder = Path(__file__).parent / "results"
        folder.mkdir(exist_ok=True)
        name = run.today()
        (folder / f"{name}.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        (folder / f"{name}.md").write_text(text)


if __name__ == "__main__":
    main()
