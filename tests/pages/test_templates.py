"""What every template and style file keeps to: the content policy, the parts that exist, complete Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/kg").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/kg").glob("*.js"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_carries_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert " src=" in tag
    assert "https://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_form_that_writes_is_protected_and_every_one_that_signs_says_what_was_seen(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, re.S):
        if 'method="post"' in form:
            assert "{% csrf_token %}" in form
        if "{{ sign_url }}" in form:
            assert 'name="seen"' in form


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/kg/icons.svg").read_text(encoding="utf-8")))
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    asked = set(re.findall(r'{% icon "([^"]+)"', text)) | set(re.findall(r'icon_name="([^"]+)"', text))
    acts = (ROOT / "workflows/templatetags/acts.py").read_text(encoding="utf-8")
    asked |= set(re.findall(r'\), \("([a-z]+)", "', acts)) | {"arrow"}
    assert len(asked) > 20
    assert asked <= drawn


def test_every_house_file_that_a_template_names_exists() -> None:
    for path in TEMPLATES:
        for name in re.findall(r"{% static '(kg/[^']+)'", path.read_text(encoding="utf-8")):
            assert (ROOT / "static" / name).is_file(), f"{named(path)}: {name}"


def test_no_file_of_the_front_end_grows_beyond_four_hundred_lines() -> None:
    for path in [*TEMPLATES, *STYLES, *SCRIPTS]:
        assert len(path.read_text(encoding="utf-8").splitlines()) < 400, named(path)


def test_every_class_of_the_house_that_a_template_uses_is_styled_or_a_hook() -> None:
    styled = set(re.findall(r"\.(kg-[a-z0-9_-]+)", "".join(path.read_text(encoding="utf-8") for path in STYLES)))
    hooks = {"kg-pick", "kg-pick-cell", "kg-frame-top", "kg-bulk-count", "kg-card-body", "kg-language", "kg-row"}
    used = set()
    for path in TEMPLATES:
        for value in re.findall(r'class="([^"{]+)"', path.read_text(encoding="utf-8")):
            used |= {name for name in value.split() if name.startswith("kg-")}
    assert used - styled - hooks == set()


def test_every_sentence_of_the_templates_has_its_chinese() -> None:
    parts = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "locale/parts").glob("*.po"))
    known = set(re.findall(r'^msgid "(.*)"$', parts, re.M))
    asked = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        asked |= {a or b for a, b in re.findall(r"""{% translate (?:"([^"]*)"|'([^']*)')""", text)}
        for body in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.S):
            asked.add(re.sub(r"{{ *(\w+) *}}", r"%(\1)s", body.split("{% plural %}")[0]))
    assert len(asked) > 200
    assert asked - known == set()


def test_every_template_parses() -> None:
    from django.template import engines

    for path in TEMPLATES:
        engines["django"].get_template(str(path.relative_to(ROOT / "templates")))
