"""The API in words: a page made from its OpenAPI document, without scripts or other hosts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem;
       color-scheme: light dark }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .4rem }
dt { font-weight: 600; margin-top: .5rem } dd { margin-left: 1.5rem }
"""


def page(document: dict[str, Any]) -> str:
    """The HTML of an OpenAPI document: each route, what it takes, what it gives."""
    info = document["info"]
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(info['title'])}</h1>",
            *(f"<p>{escape(part)}</p>" for part in info["description"].split("\n\n")),
            *_routes(document),
            "<h2>Objects</h2>",
            *_models(document),
            "</body></html>",
        ]
    )


def _routes(document: dict[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
            yield f"<p>{escape(route.get('description') or route['summary'])}</p><p>"
            if "requestBody" in route:
                yield f"Takes {_link(route['requestBody'])}. "
            yield f"Gives {_link(route['responses']['200'])}.</p>"


def _models(document: dict[str, Any]) -> Iterator[str]:
    for name, model in document["components"]["schemas"].items():
        yield f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3>'
        yield f"<p>{escape(model.get('description', ''))}</p><dl>"
        for field, schema in model.get("properties", {}).items():
            must = " · required" if field in model.get("required", ()) else ""
            yield f"<dt><code>{escape(field)}</code> <small>{_type(schema)}{must}</small></dt>"
            yield f"<dd>{escape(schema.get('description', ''))}</dd>"
        yield "</dl>"


def _link(side: dict[str, Any]) -> str:
    """The model that one side of a route is about."""
    return _type(side["content"]["application/json"]["schema"])


def _type(field: dict[str, Any]) -> str:
    """A JSON schema in a few words of HTML."""
    if "$ref" in field:
        name = escape(field["$ref"].rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    if "anyOf" in field:
        return " or ".join(_type(each) for each in field["anyOf"])
    if "enum" in field:
        return escape(", ".join(str(value) for value in field["enum"]))
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    return escape(str(field.get("type", "any")))
