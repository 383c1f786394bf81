"""Django's `i18n` tags, with `translate` of a plain text looked up once per language instead of once per row.

Loaded in the place of Django's by its own name (settings, "libraries"). A page of fifty rows translates some two hundred
plain texts; Django builds a lazy proxy for each and resolves it three times.
"""

from __future__ import annotations

from typing import Any

from django.template.base import Node, Parser, Token
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = i18n.register.__class__()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class QuickTranslateNode(Node):
    """`{% translate "text" [context "c"] [as name] %}` of a constant: one dictionary per language."""

    child_nodelists = ()

    def __init__(self, slow: TranslateNode) -> None:
        self.slow, self.asvar = slow, slow.asvar
        slow.asvar = None
        self.kept: dict[str, SafeString | str] = {}

    def render(self, context: Any) -> SafeString | str:
        """The text in the active language, as Django's own node renders it."""
        language = get_language() or ""
        said = self.kept.get(language)
        if said is None:
            said = self.kept[language] = self.slow.render(context)
        if self.asvar:
            context[self.asvar] = said
            return ""
        return said


def _constant(node: TranslateNode) -> bool:
    expression: Any = node.filter_expression
    context: Any = node.message_context
    plain = not expression.filters and expression.var.lookups is None
    return plain and not node.noop and (context is None or (not context.filters and isinstance(context.var, str)))


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Django's `translate`; quick when what it translates is written in the template."""
    node = i18n.do_translate(parser, token)
    return QuickTranslateNode(node) if _constant(node) else node
