"""One entry of the trail as the files of an export tell it: flat, in the words of the county's language.

Whatever an entry holds, it is told: one that cannot be read stands in the files as unreadable.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import pgettext

from workflows.offices.models import Person, Post, localized

Word = Callable[[str], str]


@dataclass(frozen=True)
class Told:
    """One entry. `said` is the whole entry, empty when its bytes cannot be read."""

    body: bytes
    said: dict[str, Any]

    @property
    def readable(self) -> bool:
        """Whether the bytes hold an entry."""
        return bool(self.said)

    def text(self, name: str) -> str:
        """A field of the entry as text."""
        return str(self.said.get(name, "") or "")

    @property
    def payload(self) -> dict[str, Any]:
        """What the act itself says."""
        found = self.said.get("payload")
        return found if isinstance(found, dict) else {}

    @property
    def act(self) -> str:
        """The kind without the prefix of an application's acts."""
        return self.text("kind").removeprefix("application.")

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The rows of the act's way (`closed`, `opened`) that can be read."""
        path = self.payload.get("path")
        rows = path.get(name) if isinstance(path, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def told(body: bytes) -> Told:
    """Read an entry's bytes."""
    try:
        said = json.loads(body)
    except ValueError:
        said = {}
    return Told(body, said if isinstance(said, dict) else {})


@dataclass
class Names:
    """The people and posts of the house by their keys: two statements, whatever the length of the trail.

    Two people of one name are told apart by their user names.
    """

    people: dict[str, str] = field(default_factory=dict)
    posts: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    word: Word = str

    @classmethod
    def load(cls, word: Word) -> Names:
        """Read them; `word(kind)` is what an entry's kind is called."""
        rows = list(Person.objects.order_by("pk").values_list("pk", "name", "username"))
        often = Counter(name or username for _pk, name, username in rows)
        people = {
            str(pk): (name or username) if often[name or username] == 1 else f"{name or username} ({username})"
            for pk, name, username in rows
        }
        listed = Post.objects.order_by("pk").values_list(
            "county", "key", "name", "name_en", "office__name", "office__name_en"
        )
        posts = {
            (county, key): (localized(office, office_en), localized(name, name_en))
            for county, key, name, name_en, office, office_en in listed
        }
        return cls(people, posts, word)

    def person(self, key: str) -> str:
        """A person by his key; the key itself for one who is not there."""
        return self.people.get(key, key)

    def office(self, county: str, key: str) -> str:
        """The office of a post."""
        return self.posts.get((county, key), ("", ""))[0]

    def post(self, county: str, key: str) -> str:
        """Office and post; the key itself for one that is not there."""
        return " ".join(self.posts.get((county, key), (key,)))

    def kind(self, entry: Told) -> str:
        """What an entry's kind is called."""
        return self.word(entry.text("kind")) if entry.readable else pgettext("entry", "Unreadable entry")
