"""Text with headings, lists and links, written in Markdown by staff and shown to everybody.

Markdown makes HTML of it without letting any through, and `nh3` (the sanitiser ammonia) lets through only what is named
here: whatever one of them misses, the other stops.
"""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "a"}
_reader = MarkdownIt("commonmark", {"html": False}).disable("image")


def as_html(text: str) -> SafeString:
    made = nh3.clean(
        _reader.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(made)  # noqa: S308 - it has just been cleaned
