"""Texts are found wherever they stand, and what is wrong with a translation is told."""

from pathlib import Path

import polib
import pytest

from tools import messages
from tools.messages import Text


def _texts(source: str) -> set[Text]:
    return {text for text, _line in messages.from_template(source)}


def test_texts_of_python_are_found_with_plural_and_context() -> None:
    source = '_("Save")\nngettext("%(n)s row", "%(n)s rows", n)\npgettext_lazy("month", "May")\n_(name)\n'

    assert {text for text, _line in messages.from_python(source)} == {
        Text("Save"),
        Text("%(n)s row", plural="%(n)s rows"),
        Text("May", context="month"),
    }


def test_texts_of_templates_are_found_in_tags_variables_and_attributes_of_components() -> None:
    source = """{% translate "Save" %}{{ _("Close") }}<c-btn :label="_('Save (all)')" />
    {% blocktranslate count n=n trimmed %}one
      row{% plural %}{{ n }} rows{% endblocktranslate %}{% icon "x" title=_("Remove") %}"""

    assert _texts(source) == {Text("Save"), Text("Close"), Text("Save (all)"), Text("one row", plural="%(n)s rows"), Text("Remove")}


def test_a_percent_sign_in_a_template_is_doubled_as_django_asks_for_it() -> None:
    assert _texts("""{% translate "50% off" %}<c-tag :label="_('5% less')" />""") == {Text("50%% off"), Text("5%% less")}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with one module, in a folder of its own."""
    (tmp_path / "malha").mkdir()
    (tmp_path / "malha" / "page.py").write_text('_("Save %(name)s")\n')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po")
    return tmp_path


def _fill_in(portuguese: str) -> None:
    whole = messages.catalogue()
    whole[0].msgstr = portuguese
    whole.save(str(messages.CATALOGUE))


def test_a_new_text_gets_an_empty_line_and_is_told_until_it_is_filled_in(house: Path) -> None:
    assert "no Portuguese for 'Save %(name)s'" in messages.problems()[0]

    messages.update()
    assert "is empty" in messages.problems()[0]
    _fill_in("Salvar %(name)s")

    assert messages.problems() == []
    assert messages.compile_catalogue()
    assert not messages.compile_catalogue()
    assert polib.mofile(str(messages.CATALOGUE.with_suffix(".mo")))[0].msgstr == "Salvar %(name)s"


def test_a_lost_placeholder_is_told(house: Path) -> None:
    messages.update()
    _fill_in("Salvar %(nome)s")

    assert "name different values" in messages.problems()[0]


def test_a_text_that_no_code_uses_is_dropped_and_the_others_keep_their_words(house: Path) -> None:
    messages.update()
    _fill_in("Salvar %(name)s")
    (house / "malha" / "page.py").write_text('_("Save %(name)s"); ngettext("One", "Many", 2)\n')
    messages.update()
    assert {entry.msgid for entry in messages.catalogue()} == {"Save %(name)s", "One"}

    (house / "malha" / "page.py").write_text('_("Save %(name)s")\n')
    messages.update()

    assert [entry.msgstr for entry in messages.catalogue()] == ["Salvar %(name)s"]
