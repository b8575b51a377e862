"""What somebody changes by hand on a router of the demo."""

from typing import Any

from tools import by_hand


def test_six_entries_are_touched_each_otherwise() -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def ask(verb: str, **words: Any) -> dict[str, Any]:
        asked.append((verb, words))
        return {"ok": True}

    by_hand.change(ask, [{"name": f"login{number:02}"} for number in range(40)])

    assert [verb for verb, _ in asked] == ["set", "set", "set", "set", "remove", "duplicate-mark"]
    touched = {words.get("id", words.get("name")) for _, words in asked}
    assert touched == {"login04", "login10", "login16", "login22", "login28", "login34"}
