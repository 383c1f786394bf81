"""What each kind of message says, in the reader's language. One place to add a kind: `say`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

_texts: dict[str, Any] = {}
_words: dict[str, dict[str, Callable[[str], str]]] = {}


def say(kind: str, text: Any, **words: Callable[[str], str]) -> None:
    """Give a kind its sentence, with `%(name)s` for the parameters. Raises `ValueError` for a second sentence.

    `words` puts a parameter that is a code into the reader's language.
    """
    if _texts.setdefault(kind, text) is not text:
        raise ValueError(f"There is a text for {kind!r} already.")
    _words[kind] = words


def kinds() -> list[str]:
    """Every kind that has a sentence."""
    return sorted(_texts)


def text_of(kind: str, params: dict[str, Any]) -> str:
    """The sentence of one message. Raises `KeyError` for an unknown kind or a parameter that the sentence needs."""
    words = _words[kind]
    return str(_texts[kind]) % {name: words.get(name, str)(str(value)) for name, value in params.items()}


def shown_text(kind: str, params: dict[str, Any]) -> str:
    """The sentence of a message for a page; its bare kind when no sentence fits, so that the page still stands."""
    try:
        return text_of(kind, params)
    except (KeyError, TypeError, ValueError):
        return kind


say("step_due", _("%(subject)s (%(number)s) waits for you."))
say("step_handed_over", _("A step of %(subject)s (%(number)s) was handed over to you; please acknowledge it."))
say("post_vacant", _("Nobody can act on %(subject)s (%(number)s): the post is vacant and has no stand-in."))
say("sign_off_flagged", _("A sign-off on %(subject)s (%(number)s) was given by a recused officer; it must be redone."))
say("co_signature_asked", _("Your co-signature is asked on %(subject)s (%(number)s)."))
say("deemed_accepted", _("%(subject)s (%(number)s) counts as accepted: nobody answered within five working days."))
say("due_dates_moved", _("A date of %(subject)s (%(number)s) moved: %(old)s → %(new)s."))
say("due_date_was_wrong", _("A stored date of %(subject)s (%(number)s) was wrong: %(old)s; counted again: %(new)s."))
say("clock_contradicts_itself", _("The clock of %(subject)s (%(number)s) contradicts itself: it gives no date."))
