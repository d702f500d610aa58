"""What a page loads at once comes as few files: its styles, and its ES modules put together without a bundler.

On a line with a latency of 150 ms, forty small files over six connections cost a second. Every module becomes a
function that is called once and returns what it exports, in the order of their imports; so names of different modules
never meet. Our modules keep to the forms that this understands; anything else is refused when files are collected.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from posixpath import basename, dirname, join, normpath, relpath, splitext

BUNDLES = {
    "css/map-bundle.css": (
        "css/tokens.css",
        "css/site.css",
        "leaflet/leaflet.css",
        "css/map.css",
        "css/finder.css",
        "css/waiting.css",
    ),
    "js/first-bundle.js": ("js/first.js",),
    "js/map-bundle.js": ("js/offline.js", "js/outbox.js", "js/map-page.js"),
}
"""The styles or modules of a page, by the name of the file that holds them and all that they import.

Modules are taken from an earlier bundle that holds them already.
"""

_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<address>\.{1,2}/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (?P<name>\w+))", re.MULTILINE)
_ADDRESS = re.compile(r"url\((?![\"'#]|data:|/)")
_LEFT_OVER = re.compile(r"^\s*(?:import\b(?!\()|export\b).*|import\.meta", re.MULTILINE)

Read = Callable[[str], str]


class NotBundled(ValueError):
    """A module is written in a way that this does not understand; `str(error)` names it and the line."""


def joined_styles(name: str, entries: Sequence[str], read: Read) -> str:
    """These sheets one after the other, each with its addresses as seen from the file of this name."""
    return "".join(_ADDRESS.sub(f"url({relpath(dirname(entry), dirname(name))}/", read(entry)) for entry in entries)


def joined_modules(entries: Sequence[str], read: Read, earlier: Mapping[str, Sequence[str]] | None = None) -> str:
    """These modules and all that they import, as one; `read` gives the source of a module by its name.

    What `earlier` bundles of the same folder hold (their entries by name) is imported from them, and so is there once.
    """
    order = _in_order(entries, read)
    lines = []
    for bundle, those in (earlier or {}).items():
        held = [name for name in _in_order(those, read) if name in order]
        order = [name for name in order if name not in held]
        lines += [f'import {{ {", ".join(map(_variable, held))} }} from "./{basename(bundle)}";\n'] if held else []
    lines += [_as_function(name, read(name)) for name in order]
    return "".join(lines) + f"export {{ {', '.join(map(_variable, order))} }};\n"


def _in_order(entries: Sequence[str], read: Read) -> list[str]:
    """What these import before themselves."""
    order: list[str] = []
    for name in entries:
        _visit(name, read, order, ())
    return order


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


def _variable(name: str) -> str:
    """js/leaf-data.js is js_leaf_data."""
    return re.sub(r"\W", "_", splitext(name)[0])


def _as_function(name: str, source: str) -> str:
    def taken(found: re.Match[str]) -> str:
        """`import { a as b }` takes `a` out of what the other module returned, under the name `b`."""
        names = ", ".join(
            part.strip().replace(" as ", ": ") for part in (found["names"] or "").split(",") if part.strip()
        )
        return f"const {{ {names} }} = {_variable(_resolved(name, found['address']))};" if names else ""

    exported = [found["name"] for found in _EXPORT.finditer(source)]
    body = _EXPORT.sub("", _IMPORT.sub(taken, source))
    if left_over := _LEFT_OVER.search(body):
        raise NotBundled(f"{name}: {left_over[0].strip()}")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();\n"
