"""What the law says, where it is cited: a button that opens the article's text, by key and by touch."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows.clock.articles import articles_in
from workflows.templatetags.words import cited


def law(context: Any, citation: Any, scope: str = "page", words: str = "", once: bool = False) -> SafeString | str:
    """`citation` as the reader writes it (or `words`), as a button for its text where the text is known.

    The text stands on the page once for each `scope`: a modal sheet needs its own, what lies under it cannot be opened.
    `once`: where a column cites the same article on every line, only its first line is a button.
    """
    text = str(citation or "")
    shown, found = words or cited(text), articles_in(text)
    if not found:
        return shown
    language = get_language() or ""
    key = f"law-{scope}-" + "-".join(f"{crc32(one.law.zh.encode()):x}-{one.number}" for one in found)
    button = format_html('<button type="button" class="kg-law" popovertarget="{}">{}</button>', key, shown)
    told = _told(context)
    if key in told:
        return shown if once else button
    told.add(key)
    texts = format_html_join(
        "", "<span><strong>{}</strong><span>{}</span></span>", ((o.title(language), o.text.of(language)) for o in found)
    )
    return format_html(
        '{}<span class="kg-law-text" id="{}" popover>{}<small>{} <a href="{}">{}</a></small></span>',
        button,
        key,
        texts,
        _("In short; the statute's own words decide."),
        reverse("rules"),
        _("Time limits"),
    )


def _told(context: Any) -> set[str]:
    """The texts that this page has already; kept on the request, for parts of a page have contexts of their own."""
    request = context.get("request")
    found: set[str] = getattr(request, "_laws_told", set())
    if request is not None:
        request._laws_told = found
    return found
