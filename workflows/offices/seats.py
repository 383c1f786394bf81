"""The one question: who may act on this step now, and in whose stead?

The inbox, the button and the write all ask `seats`. A person sits on a post by an appointment of his own, or by a
cover with a written authority while another is away; in the second case he signs with his own name and the mark 代
(国家公文格式, GWQF).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from workflows.offices.models import localized


@dataclass(frozen=True, slots=True)
class Seat:
    """One post that a person may act from on a day.

    `authority_no` is set when he stands in; `principal_id` too, unless he acts on a vacant post (`VACANT`).
    """

    post_id: int
    post_key: str
    post_name: str
    post_name_en: str
    office_id: int
    office_name: str
    office_name_en: str
    principal_id: int | None = None
    principal_name: str = ""
    authority_no: str = ""
    until: dt.date | None = None

    @property
    def stands_in(self) -> bool:
        """Whether he acts in another's stead."""
        return self.authority_no != ""

    @property
    def title(self) -> str:
        """Office and post in the reader's language."""
        return f"{localized(self.office_name, self.office_name_en)} {localized(self.post_name, self.post_name_en)}"

    @property
    def record_title(self) -> str:
        """Office and post as the record keeps them, in Chinese."""
        return f"{self.office_name} {self.post_name}"


# What the record writes for the principal of a post that nobody holds.
VACANT = "空缺"

# One statement by hand: the ORM needs three for the same answer, and every click and every page asks it.
_SEATS = """
SELECT p.id, p.key, p.name, p.name_en, o.id, o.name, o.name_en, NULL, '', '', a.ends
  FROM offices_appointment a JOIN offices_post p ON p.id = a.post_id JOIN offices_office o ON o.id = p.office_id
  JOIN offices_person me ON me.id = a.person_id AND me.is_active
 WHERE a.person_id = %(person)s AND a.withdrawn_at IS NULL
   AND a.starts <= %(day)s AND (a.ends IS NULL OR a.ends >= %(day)s)
   AND (p.closed_on IS NULL OR p.closed_on > %(day)s)
UNION ALL
SELECT p.id, p.key, p.name, p.name_en, o.id, o.name, o.name_en, h.id,
       CASE WHEN h.id IS NULL THEN %(vacant)s WHEN h.name = '' THEN h.username ELSE h.name END, c.authority_no, c.ends
  FROM offices_cover c JOIN offices_post p ON p.id = c.post_id JOIN offices_office o ON o.id = p.office_id
  JOIN offices_person me ON me.id = c.stand_in_id AND me.is_active
  LEFT JOIN offices_appointment a ON a.id = c.principal_id
  LEFT JOIN offices_person h ON h.id = a.person_id
 WHERE c.stand_in_id = %(person)s AND c.withdrawn_at IS NULL AND c.starts <= %(day)s AND c.ends >= %(day)s
   AND (p.closed_on IS NULL OR p.closed_on > %(day)s)
   AND (c.principal_id IS NULL
        OR (a.withdrawn_at IS NULL AND a.starts <= %(day)s AND (a.ends IS NULL OR a.ends >= %(day)s)))
"""


def seats(person_id: int, day: dt.date) -> tuple[Seat, ...]:
    """Every post that this person may act from on `day` (civil date of Asia/Shanghai); own posts come first.

    One SQL statement, whatever the number of posts. A deactivated person has none; a closed post seats nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, {"person": person_id, "day": day, "vacant": VACANT})
        found = [Seat(*(*row[:10], _as_date(row[10]))) for row in cursor.fetchall()]
    return tuple(sorted(found, key=lambda seat: (seat.stands_in, seat.post_key)))


def _as_date(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def seat_for(held: Iterable[Seat], post_key: str) -> Seat | None:
    """The seat from which a step of `post_key` may be signed: one's own before a stand-in's; None if there is none."""
    fitting = [seat for seat in held if seat.post_key == post_key]
    return min(fitting, key=lambda seat: seat.stands_in, default=None)
