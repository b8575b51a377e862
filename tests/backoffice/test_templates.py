"""What holds for every template: a token in each form, nothing that the CSP would refuse, nothing marked safe by hand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent / "malha"
TEMPLATES = sorted(path for path in ROOT.rglob("templates/**/*.html") if "/portal/" not in str(path) and "/ui_catalogue/" not in str(path))
FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<body>.*?)</form>", re.DOTALL | re.IGNORECASE)
POST = re.compile(r"method=[\"']post[\"']", re.IGNORECASE)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_form_that_posts_carries_the_token(template: Path):
    for form in FORM.finditer(template.read_text()):
        if POST.search(form["attributes"]):
            assert "{% csrf_token %}" in form["body"], form[0][:120]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_let_through_unescaped(template: Path):
    text = template.read_text()

    assert "|safe" not in text
    assert "autoescape off" not in text
