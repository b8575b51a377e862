"""Every text of the screen has its Portuguese, in one catalogue."""

from tools.messages import CATALOGUE, catalogue, fragments, problems, used


def test_the_catalogue_is_complete() -> None:
    assert problems() == []


def test_the_code_has_texts_and_the_catalogue_exists() -> None:
    assert CATALOGUE.is_file()
    assert len(used()) > 100


def test_fragments_agree_with_the_catalogue() -> None:
    """A fragment that says something else than the catalogue was changed without `make messages`."""
    whole = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue()}
    differing = []
    for path, fragment in fragments():
        for entry in fragment:
            known = whole.get((entry.msgctxt or "", entry.msgid))
            if known is not None and (known.msgstr, known.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
                differing.append(f"{path.name}: {entry.msgid!r}")

    assert differing == []
