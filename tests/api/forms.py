"""What stands in a page to be followed and filled in, as a browser reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = frozenset({"text", "search", "email", "url", "tel", "password"})


@dataclass
class Form:
    """``typed`` are the names of fields one types in; ``fixed`` what is sent as it stands."""

    method: str
    action: str
    typed: list[str] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._inside: Form | None = None
        self._choosing: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "form":
            self._inside = Form(found.get("method", "get"), found.get("action", ""))
            self.forms.append(self._inside)
        elif self._inside:
            self._field(self._inside, tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None

    def _field(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if tag == "textarea" or (tag == "input" and found.get("type", "text") in _TYPED and name):
            form.typed.append(name)
        elif tag == "select":
            self._choosing = name
        elif tag == "option" and self._choosing:
            form.fixed.setdefault(self._choosing, found.get("value", ""))
            if "selected" in found or not form.fixed[self._choosing]:
                form.fixed[self._choosing] = found.get("value", "")
        elif name and found.get("type") != "file":
            form.fixed.setdefault(name, found.get("value", "1"))
