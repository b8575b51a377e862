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
    (tmp_path / "locale" / "fragments").mkdir(parents=True)
    (tmp_path / "malha" / "page.py").write_text('_("Save %(name)s")\n')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "FRAGMENTS", tmp_path / "locale" / "fragments")
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po")
    return tmp_path


def _write(house: Path, name: str, portuguese: str) -> None:
    (house / "locale" / "fragments" / f"{name}.po").write_text(f'msgid "Save %(name)s"\nmsgstr "{portuguese}"\n')


def test_a_merged_fragment_completes_the_catalogue(house: Path) -> None:
    _write(house, "page", "Salvar %(name)s")

    assert messages.merge() == []
    assert messages.problems() == []
    assert messages.compile_catalogue()
    assert not messages.compile_catalogue()
    assert polib.mofile(str(messages.CATALOGUE.with_suffix(".mo")))[0].msgstr == "Salvar %(name)s"


def test_a_missing_text_and_a_lost_placeholder_are_told(house: Path) -> None:
    assert "no Portuguese for 'Save %(name)s'" in messages.problems()[0]

    _write(house, "page", "Salvar %(nome)s")
    messages.merge()

    assert "name different values" in messages.problems()[0]


def test_two_fragments_that_differ_are_told(house: Path) -> None:
    _write(house, "page", "Salvar %(name)s")
    _write(house, "other", "Gravar %(name)s")

    assert len(messages.merge()) == 1


def test_what_no_code_uses_any_more_leaves_the_catalogue(house: Path) -> None:
    _write(house, "page", "Salvar %(name)s")
    messages.merge()
    (house / "malha" / "page.py").write_text("")

    messages.merge()

    assert list(messages.catalogue()) == []
