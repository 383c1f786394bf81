"""Checkpoints leave the machine: to witnesses that cosign them, and by letter to mailboxes that nobody here can empty.

Outside every transaction. What arrived, and what the other side said, is a row; what did not arrive is tried again
after `RETRY`, though nothing new was signed: the last checkpoint before a holiday must leave as well. A witness that
saw another past is a finding.
"""

from __future__ import annotations

import base64
import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Callable

from django.conf import settings

from workflows.audit import merkle, outside
from workflows.audit.models import CheckpointDelivery, SignedCheckpoint
from workflows.audit.sequencer import node_at, note_finding

Post = Callable[[str, bytes], tuple[int, str]]
SECONDS = 10
DONE, FORBIDDEN, CONFLICT, INCONSISTENT = 200, 403, 409, 422
RETRY = dt.timedelta(minutes=5)


def post(url: str, body: bytes) -> tuple[int, str]:
    """POST and read the answer: (status, text). Raises `OSError`."""
    if not url.startswith(("http://", "https://")):
        raise OSError(f"{url} is no web address")
    request = urllib.request.Request(url, data=body, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(100_000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(100_000).decode("utf-8", "replace")


def deliver_checkpoint(now: dt.datetime, send: Post = post) -> list[CheckpointDelivery]:
    """Send the newest checkpoint to every witness that lacks it and, once a day, to every mailbox."""
    newest = SignedCheckpoint.objects.order_by("-size").first()
    if newest is None:
        return []
    done = [_witness(address, newest, now, send) for address in settings.WITNESSES if _lacks(address, newest, now)]
    done += [_letter(address, newest, now) for address in settings.CHECKPOINT_MAILBOXES if _is_due(address, now)]
    for row in done:
        row.save(force_insert=True)
    return done


def _lacks(address: str, newest: SignedCheckpoint, now: dt.datetime) -> bool:
    """Whether the witness has an older checkpoint, and was not tried in vain a moment ago."""
    last = CheckpointDelivery.objects.filter(to=address).order_by("-pk").first()
    if last is None:
        return True
    return last.size < newest.size if last.ok else _may_retry(last.at, now)


def _may_retry(at: dt.datetime, now: dt.datetime) -> bool:
    # A clock that was set back must not silence us.
    return not dt.timedelta(0) <= now - at < RETRY


def _witness(address: str, newest: SignedCheckpoint, now: dt.datetime, send: Post) -> CheckpointDelivery:
    """add-checkpoint of C2SP tlog-witness: the size that it knows, the proof from there, the checkpoint."""
    last = (
        CheckpointDelivery.objects.filter(to=address, ok=True).order_by("-size").values_list("size", flat=True).first()
    )
    row = CheckpointDelivery(size=newest.size, to=address, at=now, ok=False)
    try:
        status, said = send(f"{address.rstrip('/')}/add-checkpoint", request_of(newest, last or 0))
        if status == FORBIDDEN and outside.rotations():
            # It knows an older key of ours: the statements lead it to the new one.
            for _name, note in outside.rotations():
                send(f"{address.rstrip('/')}/add-rotation", note.encode())
            status, said = send(f"{address.rstrip('/')}/add-checkpoint", request_of(newest, last or 0))
        if status == CONFLICT and said.strip().isdigit() and int(said) <= newest.size:
            status, said = send(f"{address.rstrip('/')}/add-checkpoint", request_of(newest, int(said)))
        row.ok, row.said = status == DONE, said[:2000]
        if status in (CONFLICT, INCONSISTENT):
            note_finding("witness", address, f"{status} {said.strip()[:300]}")
    except (OSError, ValueError) as error:
        row.said = f"{type(error).__name__}: {error}"[:2000]
    return row


def request_of(newest: SignedCheckpoint, old: int) -> bytes:
    """The body of an add-checkpoint request."""
    proof = merkle.consistency(old, newest.size, node_at)
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof), ""]
    return ("\n".join(lines) + "\n" + newest.note).encode()


def _is_due(address: str, now: dt.datetime) -> bool:
    tried = CheckpointDelivery.objects.filter(to=address).order_by("-pk").first()
    if tried is not None and not tried.ok and not _may_retry(tried.at, now):
        return False
    last = CheckpointDelivery.objects.filter(to=address, ok=True).order_by("-size").values_list("at", flat=True).first()
    return last is None or now - last >= dt.timedelta(days=1)


def _letter(address: str, newest: SignedCheckpoint, now: dt.datetime) -> CheckpointDelivery:
    from django.core.mail import send_mail

    row = CheckpointDelivery(size=newest.size, to=address, at=now, ok=False)
    try:
        subject = f"Kaigong checkpoint {newest.size}"
        row.ok = bool(send_mail(subject, newest.note, settings.DEFAULT_FROM_EMAIL, [address]))
    except OSError as error:
        row.said = f"{type(error).__name__}: {error}"[:2000]
    return row
