"""The links of a web page: anchors of its content, not of its menus, and bare addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from strategy_qa.corpus.links.bare import addresses_in
from strategy_qa.corpus.links.link import MOST_LINKS, Link, link
from strategy_qa.corpus.readers.encoding import decode
from strategy_qa.errors import ReadError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MENUS = frozenset(("nav", "header", "footer", "aside", "form", "script", "style", "template"))
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS = frozenset(
    ("p", "li", "td", "th", "dd", "dt", "blockquote", "figcaption", "caption", "div", "section",
     "article", "main", "body", "pre", *_HEADINGS)
)  # fmt: skip


def html_links(data: bytes, *, subject: str) -> list[Link]:
    """The anchors of a page in order; relative ones where the page says what they are relative to.

    Raises ReadError for what is no web page.
    """
    from lxml import etree, html

    text, _ = decode(data, subject=subject)
    try:
        root = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(subject, "is not a web page that can be read") from error
    base, found, section = _base(root), list[Link](), ""
    for element in root.iter(etree.Element):
        if len(found) >= MOST_LINKS or not isinstance(element.tag, str):
            continue
        if element.tag in _HEADINGS and not _in_menu(element):
            section = " ".join(element.text_content().split())
        if element.tag == "a" and element.get("href") and not _in_menu(element):
            found.append(_anchor(element, base, section))
        for piece in (element.text if element.tag != "a" else "", element.tail):
            if piece and "://" in piece and not _in_menu(element):
                found += [link(bare.url, around=_around(element), section=section)
                          for bare in addresses_in(piece)]  # fmt: skip
    return found


def _anchor(element: HtmlElement, base: str, section: str) -> Link:
    href = (element.get("href") or "").strip()
    try:
        url = urljoin(base, href)
    except ValueError:
        url = href
    return link(url, anchor=element.text_content(), around=_around(element), section=section)


def _around(element: HtmlElement) -> str:
    """The text of the paragraph, the cell or the like that an element stands in."""
    block = element
    while block.getparent() is not None and block.tag not in _BLOCKS:
        block = block.getparent()
    return str(block.text_content())[:50_000]


def _base(root: HtmlElement) -> str:
    for path, attribute in ((".//base[@href]", "href"), (".//link[@rel='canonical']", "href")):
        element = root.find(path)
        if element is not None and element.get(attribute):
            return str(element.get(attribute))
    return ""


def _in_menu(element: HtmlElement) -> bool:
    return element.tag in _MENUS or any(parent.tag in _MENUS for parent in element.iterancestors())
