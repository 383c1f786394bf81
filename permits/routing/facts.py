"""A project's facts over what its class assumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from permits.routing.rows import Row


class Facts(Mapping[str, Any]):
    """A project's facts over a row's assumptions; remembers which assumptions were looked at.

    Texts of forms are read: yes/no, numbers. An empty text is no fact.
    """

    def __init__(self, recorded: Mapping[str, Any], row: Row) -> None:
        self._recorded = {key: _read(value) for key, value in recorded.items() if value not in ("", None)}
        self._assumed = {"supply": row.supply, "new_land": True, "new_building": row.building, **row.assume}
        self.leaned_on: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        if key in self._recorded:
            return self._recorded[key]
        self.leaned_on.add(key)
        return self._assumed.get(key, False)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._assumed, **self._recorded})

    def __len__(self) -> int:
        return len({**self._assumed, **self._recorded})

    def __contains__(self, key: object) -> bool:
        return key in self._recorded or key in self._assumed

    def recorded(self, key: str) -> Any:
        """What is recorded, None when nothing is; leans on no assumption."""
        return self._recorded.get(key)

    def number(self, key: str) -> float:
        """A fact as a number; 0 when it is none."""
        value = self[key]
        return float(value) if isinstance(value, int | float) else 0.0


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in ("yes", "no", "true", "false"):
        return text.lower() in ("yes", "true")
    try:
        return float(text)
    except ValueError:
        return text
