"""The forms and links of a page, as a browser reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

VOID_OF_VALUES = frozenset({"submit", "button", "image", "reset"})


@dataclass
class Form:
    """Where it goes, what stands in it, and its buttons."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    unticked: list[str] = field(default_factory=list)
    id: str = ""

    @property
    def names(self) -> list[str]:
        """Every field, file and empty box once, in order."""
        return list(dict.fromkeys([name for name, _ in self.fields] + self.files + self.unticked))

    def data(self, **changes: str) -> dict[str, list[str]]:
        """What would be sent, with other values."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return {**found, **{name: [value] for name, value in changes.items()}}


@dataclass
class PageParts:
    """What a page offers to send."""

    forms: list[Form]
    parameters: set[str]
    links: set[str]


class _Reader(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.forms: list[Form] = []
        self.named: dict[str, Form] = {}
        self.waiting: list[tuple[str, str, str, str]] = []
        self.links: set[str] = set()
        self.open: Form | None = None
        self.select = ""
        self.select_form = ""
        self.chosen: str | None = None
        self.first = ""
        self.text_name = ""
        self.text_form = ""
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        for name in ("href", "hx-get", "hx-post", "formaction"):
            if has.get(name, "").startswith(("/", "?")):
                self.links.add(urljoin(self.base, has[name]))
        if tag == "form":
            self.open = Form(urljoin(self.base, has.get("action") or self.base), has.get("method", "get").lower(), id=has.get("id", ""))
            self.forms.append(self.open)
            if self.open.id:
                self.named[self.open.id] = self.open
        elif tag in ("input", "button"):
            kind = has.get("type", "text" if tag == "input" else "submit").lower()
            unticked = kind in ("checkbox", "radio") and "checked" not in has
            if has.get("name"):
                value = has.get("value", "on" if kind == "checkbox" else "")
                sort = "unticked" if unticked else "file" if kind == "file" else "button" if kind in VOID_OF_VALUES else "field"
                self._put(sort, has["name"], value, has.get("form", ""))
        elif tag == "select":
            self.select, self.select_form, self.chosen, self.first = has.get("name", ""), has.get("form", ""), None, ""
        elif tag == "option" and self.select:
            self.first = self.first or has.get("value", "")
            if "selected" in has:
                self.chosen = has.get("value", "")
        elif tag == "textarea":
            self.text_name, self.text_form, self.text = has.get("name", ""), has.get("form", ""), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select:
            self._put("field", self.select, self.first if self.chosen is None else self.chosen, self.select_form)
            self.select = ""
        elif tag == "textarea" and self.text_name:
            self._put("field", self.text_name, self.text.removeprefix("\n"), self.text_form)
            self.text_name = ""

    def handle_data(self, data: str) -> None:
        if self.text_name:
            self.text += data

    def _put(self, kind: str, name: str, value: str, form: str) -> None:
        if form:
            self.waiting.append((kind, name, value, form))
        elif self.open is not None:
            put(self.open, kind, name, value)


def put(form: Form, kind: str, name: str, value: str) -> None:
    """Add a field, a button, a file or an empty box to a form."""
    if kind in ("file", "unticked"):
        (form.files if kind == "file" else form.unticked).append(name)
    else:
        (form.buttons if kind == "button" else form.fields).append((name, value))


def read(html: str, base: str) -> PageParts:
    """The parts of a page found at `base`."""
    reader = _Reader(base)
    reader.feed(html)
    for kind, name, value, form in reader.waiting:
        if form in reader.named:
            put(reader.named[form], kind, name, value)
    path = urlsplit(base).path
    parameters = {name for form in reader.forms if form.method == "get" for name in form.names}
    for link in reader.links:
        if urlsplit(link).path == path:
            parameters.update(name for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True))
    return PageParts(reader.forms, parameters, reader.links)
