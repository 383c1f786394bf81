"""Our `translate` and `blocktranslate` say what Django's own say, in both languages (templatetags/quick_i18n.py)."""

from __future__ import annotations

import pytest
from django.template import Context, Engine
from django.utils.safestring import mark_safe
from django.utils.translation import override

OURS = Engine(libraries={"i18n": "workflows.templatetags.quick_i18n"})
DJANGOS = Engine(libraries={"i18n": "django.templatetags.i18n"})
GIVEN = {"name": "<风电>", "bold": mark_safe("<b>x</b>"), "n": 3, "text": "Inbox"}


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "Inbox" %}',
        "{% trans 'Inbox' %}",
        '{% translate "route" context "page" %}{% translate "closed" context "page" %}',
        '{% translate "Inbox" as said %}[{{ said }}]{% translate "Inbox" as said %}{{ said }}',
        '{% translate "100 % of <it> & more" %}',
        '{% translate "Inbox"|upper %}{% translate text %}{% translate "Inbox" noop %}',
        "{% blocktranslate %}This list as {{ name }}{% endblocktranslate %}",
        "{% blocktranslate with name=bold %}This list as {{ name }}{% endblocktranslate %}",
        "{% blocktranslate %}50 % of {{ name }} and {{ missing }}{% endblocktranslate %}",
        "{% autoescape off %}{% blocktranslate %}This list as {{ name }}{% endblocktranslate %}{% endautoescape %}",
        "{% blocktranslate count n=n %}{{ n }} day later{% plural %}{{ n }} days later{% endblocktranslate %}",
        "{% blocktranslate asvar said %}This list as {{ name }}{% endblocktranslate %}{{ said }}",
    ],
)
def test_it_says_what_django_says(source: str) -> None:
    ours, djangos = (engine.from_string("{% load i18n %}" + source) for engine in (OURS, DJANGOS))
    for language in ("zh-hans", "en", "zh-hans", None):
        with override(language, deactivate=True):
            assert ours.render(Context(GIVEN)) == djangos.render(Context(GIVEN)), language
