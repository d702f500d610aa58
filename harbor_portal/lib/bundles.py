"""What a page loads at once comes as one file: ES modules put together without a bundler.

On a line with a latency of 150 ms, forty small files over six connections cost a second. Every module becomes a
function that is called once and returns what it exports, in the order of their imports; so names of different modules
never meet. Our modules keep to the forms that this understands; anything else is refused when files are collected.
"""

import re
from collections.abc import Callable, Sequence
from posixpath import dirname, join, normpath

BUNDLES = {"js/map-bundle.js": ("js/offline.js", "js/outbox.js", "js/map-page.js")}
"""The modules of a page, by the name of the file that holds them and all that they import."""

_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<address>\.{1,2}/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (?P<name>\w+))", re.MULTILINE)
_LEFT_OVER = re.compile(r"^\s*(?:import\b(?!\()|export\b).*|import\.meta", re.MULTILINE)

Read = Callable[[str], str]


class NotBundled(ValueError):
    """A module is written in a way that this does not understand; `str(error)` names it and the line."""


def bundle(entries: Sequence[str], read: Read) -> str:
    """These modules and all that they import, as one; `read` gives the source of a module by its name."""
    order: list[str] = []
    for name in entries:
        _visit(name, read, order, ())
    numbers = {name: number for number, name in enumerate(order)}
    return "".join(_as_function(name, read(name), numbers) for name in order)


def _visit(name: str, read: Read, order: list[str], above: tuple[str, ...]) -> None:
    """Put what a module imports before it."""
    if name in above:
        raise NotBundled(f"Modules import each other: {' → '.join((*above, name))}")
    if name not in order:
        for found in _IMPORT.finditer(read(name)):
            _visit(_resolved(name, found["address"]), read, order, (*above, name))
        order.append(name)


def _resolved(importer: str, address: str) -> str:
    return normpath(join(dirname(importer), address))


def _as_function(name: str, source: str, numbers: dict[str, int]) -> str:
    def taken(found: re.Match[str]) -> str:
        """`import { a as b }` takes `a` out of what the other module returned, under the name `b`."""
        names = ", ".join(
            part.strip().replace(" as ", ": ") for part in (found["names"] or "").split(",") if part.strip()
        )
        return f"const {{ {names} }} = m{numbers[_resolved(name, found['address'])]};" if names else ""

    exported = [found["name"] for found in _EXPORT.finditer(source)]
    body = _EXPORT.sub("", _IMPORT.sub(taken, source))
    if left_over := _LEFT_OVER.search(body):
        raise NotBundled(f"{name}: {left_over[0].strip()}")
    return f"const m{numbers[name]} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();\n"
