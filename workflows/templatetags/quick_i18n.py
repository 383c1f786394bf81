"""Django's `i18n` tags, with plain texts looked up once per language instead of once per row.

Loaded in the place of Django's by its own name (settings, "libraries"). A page of fifty rows translates some two
hundred plain texts; Django builds a lazy proxy for each and resolves it three times.
"""

from __future__ import annotations

from typing import Any

from django.template.base import Node, Parser, Token, render_value_in_context
from django.templatetags import i18n
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

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


class QuickBlockNode(Node):
    """`{% blocktranslate [with …] %}` without plural, context or `asvar`: its text is put together once."""

    child_nodelists = ()

    def __init__(self, slow: BlockTranslateNode) -> None:
        self.slow = slow
        self.message, self.names = slow.render_token_list(slow.singular)
        self.kept: dict[str, str] = {}

    def render(self, context: Any) -> str:
        """The text in the active language, as Django's own node renders it."""
        language = get_language() or ""
        said = self.kept.get(language)
        if said is None:
            said = self.kept[language] = gettext(self.message)
        given = {name: value.resolve(context) for name, value in self.slow.extra_context.items()}
        try:
            data = {name: given[name] if name in given else context[name] for name in self.names}
            return said % {name: render_value_in_context(value, context) for name, value in data.items()}
        except (KeyError, ValueError):
            return self.slow.render(context)  # Django's way with what is absent or ill translated


@register.tag("blocktranslate")
@register.tag("blocktrans")
def blocktranslate(parser: Parser, token: Token) -> Node:
    """Django's `blocktranslate`; quick when it is plain."""
    node = i18n.do_block_translate(parser, token)
    plain = node.plural is None and node.message_context is None and node.asvar is None
    return QuickBlockNode(node) if plain else node
