"""What an operation raises when it says no: a status, a stable code, and a sentence for the reader."""

from __future__ import annotations


class Refused(Exception):
    """An anticipated no. `status` is the HTTP status, `code` never changes, `str()` is the sentence."""

    status = 422
    code = "refused"
    # Whether the attempt itself goes on record: yes for what is not one's own, no for a slip or a stale screen.
    kept = False


class NotYours(Refused):
    """The person may not do this."""

    status = 403
    kept = True


class Moved(Refused):
    """What the person saw is no longer so; nothing was written."""

    status = 409


class NotAllowed(Refused):
    """The law, the procedure or the form does not allow it."""

    status = 422
