"""The translations: merge the parts, compile them without gettext's programs, and name what has no Chinese yet.

    messages.py compile     locale/parts/*.po -> locale/zh_Hans/LC_MESSAGES/django.{po,mo} (both are build products)
    messages.py missing     list every text of the code and the templates that no part translates; exit 1 if any

English is the language of the msgids, so only Chinese needs a catalogue.
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "locale" / "parts"
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
CODE = ("config", "permits", "workflows", "notifications")
TEMPLATES = ("templates", "permits", "workflows", "notifications")

#: Which arguments of a gettext function are msgid, plural and context.
FUNCTIONS = {
    "_": ("msgid",),
    "gettext": ("msgid",),
    "gettext_lazy": ("msgid",),
    "gettext_noop": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"(?<![\w.])(_|n?p?gettext)\(\s*({STRING}(?:\s*,\s*{STRING})*)", re.DOTALL)


class Text(NamedTuple):
    """One translatable text: its context ("" for none), its msgid, and where it stands."""

    context: str
    msgid: str
    where: str


class Faults(Exception):
    """What is wrong with the parts, one sentence a line."""


def merged() -> polib.POFile:
    """All parts in one catalogue.

    Raises `Faults` when two parts disagree about a text, when a translation is empty or fuzzy, or when its
    placeholders are not those of the msgid.
    """
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    seen: dict[tuple[str, str], tuple[polib.POEntry, str]] = {}
    faults: list[str] = []
    for part in sorted(PARTS.glob("*.po")):
        for entry in polib.pofile(str(part), encoding="utf-8"):
            where = f"{part.relative_to(ROOT)}:{entry.linenum}"
            if entry.obsolete:
                continue
            faults += [f"{where}: {fault}: {entry.msgid!r}" for fault in _faults(entry)]
            key = (entry.msgctxt or "", entry.msgid)
            if key not in seen:
                seen[key] = (entry, where)
                catalogue.append(entry)
            elif _translation(seen[key][0]) != _translation(entry):
                faults.append(f"{where}: translated otherwise in {seen[key][1]}: {entry.msgid!r}")
    if faults:
        raise Faults("\n".join(faults))
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    return catalogue


def _translation(entry: polib.POEntry) -> tuple[str, ...]:
    """The translation of an entry; Chinese has one plural form."""
    if entry.msgid_plural:
        return tuple(entry.msgstr_plural[index] for index in sorted(entry.msgstr_plural))
    return (entry.msgstr,)


def _faults(entry: polib.POEntry) -> Iterator[str]:
    translation = _translation(entry)
    if len(translation) != 1:
        yield "Chinese has exactly one plural form, msgstr[0]"
    if not all(translation):
        yield "has no translation"
    if entry.fuzzy:
        yield "is marked fuzzy"
    # A count may stand in the plural alone ("one day", "%(n)s days"), and Chinese may leave it out with the singular.
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for text in filter(None, translation):
        if set(PLACEHOLDER.findall(text)) != wanted:
            yield f"has other placeholders than its translation {text!r}"


def compile_catalogue() -> None:
    """Write the merged catalogue and its compiled form; never half of one, for a server may be reading it."""
    catalogue = merged()
    CATALOGUE.mkdir(parents=True, exist_ok=True)
    for name, save in (("django.po", catalogue.save), ("django.mo", catalogue.save_as_mofile)):
        fresh = CATALOGUE / f".{name}.{os.getpid()}"
        save(str(fresh))
        fresh.replace(CATALOGUE / name)
    print(f"== translations: {len(catalogue)} texts")


def texts_of_code(path: Path) -> Iterator[Text]:
    """The literal texts that a Python file hands to gettext; a call with a variable translates data: passed over."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        literals = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in FUNCTIONS and len(literals) >= len(FUNCTIONS[name]):
            yield _text(name, literals, f"{path.relative_to(ROOT)}:{node.lineno}")


def texts_of_template(path: Path) -> Iterator[Text]:
    """The texts of a Django template, by Django's own lexer."""
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for found in TEMPLATE_CALL.finditer(source):
        literals = list(ast.literal_eval(f"({found[2]},)"))
        yield _text(found[1], literals, f"{path.relative_to(ROOT)}:{source.count(chr(10), 0, found.start()) + 1}")


def _text(function: str, literals: list[str], where: str) -> Text:
    arguments = dict(zip(FUNCTIONS[function], literals, strict=False))
    return Text(arguments.get("context", ""), arguments["msgid"], where)


def missing() -> list[Text]:
    """Every text in use that the parts do not translate, in the order of the files."""
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    known = {(entry.msgctxt or "", entry.msgid) for entry in merged()}
    found: dict[tuple[str, str], Text] = {}
    for text in _texts_in_use():
        # "%(item)s: %(reason)s" reads the same in every language.
        wordless = not any(map(str.isalpha, PLACEHOLDER.sub("", text.msgid)))
        if not wordless and (text.context, text.msgid) not in known:
            found.setdefault((text.context, text.msgid), text)
    return list(found.values())


def _texts_in_use() -> Iterator[Text]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from texts_of_code(path)
    for folder in TEMPLATES:
        for path in sorted((ROOT / folder).rglob("*.html")) + sorted((ROOT / folder).rglob("*.txt")):
            yield from texts_of_template(path)


def main() -> int:
    """Run one of the two commands; 1 means that a person has something to translate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("compile", "missing"))
    try:
        if parser.parse_args().command == "compile":
            compile_catalogue()
            return 0
        lacking = missing()
    except Faults as faults:
        print(faults, file=sys.stderr)
        return 1
    for text in lacking:
        context = f" (context {text.context!r})" if text.context else ""
        print(f"{text.where}: {text.msgid!r}{context}")
    print(f"{len(lacking)} texts without Chinese")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
