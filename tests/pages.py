"""A page as a reader meets it: a tree of elements that can be asked for tables, fields, links and headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905 - a list of words
)
HIDDEN = "kim-visually-hidden"
ALERTS = "kern-alert"


@dataclass(eq=False)
class Element:
    """An element with its attributes and what it contains."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Every element inside, in reading order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements inside with this name and these attributes; ``class_`` asks for one class of several."""
        css = attributes.pop("class_", "")
        return [
            one
            for one in self.walk()
            if (not tag or one.tag == tag)
            and (not css or css in one.classes)
            and all(one.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element; fails when there are none or several."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    @property
    def classes(self) -> list[str]:
        """The classes of the element."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """What is seen: without what only screen readers say."""
        return clean("".join(self.pieces()))

    def pieces(self) -> Iterator[str]:
        """What is seen, piece by piece."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif HIDDEN not in child.classes and child.tag not in {"script", "style", "title", "desc"}:
                yield " " if child.tag in {"br", "li", "p", "td", "th", "div"} else ""
                yield from child.pieces()


class Page(HTMLParser):
    """The tree of an answer."""

    def __init__(self, answer: Any) -> None:
        """Read an answer, or the text of one."""
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self.feed(answer if isinstance(answer, str) else answer.content.decode())
        self.close()
        assert self._open == [self.root], f"never closed: {[one.tag for one in self._open[1:]]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that closes itself (SVG)."""
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close an element; one that was never opened, or not last, is a mistake in a template."""
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self._open[-1].children.append(data)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements of the page, see ``Element.all``."""
        return self.root.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element of the page."""
        return self.root.one(tag, **attributes)

    @property
    def main(self) -> Element:
        """What is between header and footer."""
        return self.one("main")

    @property
    def title(self) -> str:
        """The title of the window."""
        return clean("".join(str(child) for child in self.one("head").one("title").children))

    @property
    def heading(self) -> str:
        """The only first heading."""
        return self.one("h1").text

    @property
    def messages(self) -> list[str]:
        """What the page reports about the step before."""
        found = self.all(class_="kim-messages")
        return [alert.text for one in found for alert in one.all(class_=ALERTS)]

    def table(self, caption: str) -> list[list[str]]:
        """The rows of the table with this caption, headings first."""
        for table in self.all("table"):
            if [one.text for one in table.all("caption")] == [caption]:
                return [[cell.text for cell in row.children if isinstance(cell, Element)] for row in table.all("tr")]
        known = [one.text for one in self.all("caption")]
        message = f"no table {caption!r}, but {known}"
        raise AssertionError(message)

    def field(self, name: str) -> Element:
        """The field of a form with this name."""
        found = [one for one in self.main.walk() if one.attributes.get("name") == name]
        assert len(found) == 1, f"{len(found)} fields {name}"
        return found[0]

    def typed(self, name: str) -> str:
        """What stands in the field."""
        element = self.field(name)
        if element.tag == "select":
            return next((one.attributes["value"] for one in element.all("option") if "selected" in one.attributes), "")
        if element.attributes.get("type") == "checkbox":
            return "on" if "checked" in element.attributes else ""
        if element.tag == "textarea":
            # The line end after the tag belongs to the markup.
            return "".join(str(child) for child in element.children).removeprefix("\n")
        return element.attributes.get("value", "")

    def errors(self, name: str) -> list[str]:
        """The messages that stand at the field, in the place its description points to."""
        identifier = self.field(name).attributes["id"]
        found = self.all(id=f"{identifier}_error")
        if not found:
            return []
        element = self.field(name)
        assert element.attributes["aria-invalid"] == "true"
        assert f"{identifier}_error" in element.attributes["aria-describedby"].split()
        return [one.text for one in [*found[0].all("p"), *found[0].all("li")]]

    def summary(self) -> list[tuple[str, str]]:
        """The summary of errors: where each line leads, and what it says."""
        box = self.all(class_="kim-error-summary")
        lines = box[0].all("li") if box else []
        return [(line.all("a")[0].attributes["href"] if line.all("a") else "", line.text) for line in lines]

    def links(self) -> list[tuple[str, str]]:
        """Every link with its address and its text."""
        return [(one.attributes["href"], one.text) for one in self.all("a") if "href" in one.attributes]


def foreign_parts(page: Page) -> list[str]:
    """Return what a strict policy would block, or what would come from elsewhere."""
    found = []
    for one in page.root.walk():
        found += [f"{one.tag} {name}" for name in one.attributes if name.startswith("on") or name == "style"]
        if one.tag == "style" or (one.tag == "script" and "src" not in one.attributes and one.children):
            found.append(f"inline {one.tag}")
        loads = {"script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action", "use": "href"}
        address = one.attributes.get(loads.get(one.tag, ""), "")
        if urlsplit(address).netloc or urlsplit(address).scheme:
            found.append(f"{one.tag} {address}")
        if one.tag in {"iframe", "object", "embed", "base", "applet"} or one.attributes.get("http-equiv"):
            found.append(one.tag)
        if one.attributes.get("href", "").startswith(("javascript:", "data:")):
            found.append(f"{one.tag} {one.attributes['href']}")
    return found


def clean(text: str) -> str:
    """Put blanks of all kinds to one plain blank; a sentence is the same however it is laid out."""
    return " ".join(text.split())


def payload(page: Page, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the page's form: the fields as they stand, with ``changes``."""
    found: dict[str, Any] = {}
    for element in page.main.walk():
        name = element.attributes.get("name", "")
        if name and name != "csrfmiddlewaretoken" and element.tag in {"input", "select", "textarea"}:
            value = page.typed(name)
            if value or element.attributes.get("type") != "checkbox":
                found[name] = value
    return {**found, **changes}
