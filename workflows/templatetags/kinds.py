"""What an entry of the trail is called, for people: acts by the word on their button, the rest from one table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext, pgettext_lazy

from workflows.flow.decisions import Decision
from workflows.templatetags import acts

KINDS: dict[str, Any] = {
    "access.locked_out": pgettext_lazy("entry", "Locked out"),
    "access.refused": pgettext_lazy("entry", "Refused"),
    "access.sign_in_failed": pgettext_lazy("entry", "Wrong password"),
    "access.signed_out": pgettext_lazy("entry", "Signed out"),
    "account.corrected": pgettext_lazy("entry", "Account corrected"),
    "account.created": pgettext_lazy("entry", "Account made"),
    "account.deactivated": pgettext_lazy("entry", "Account deactivated"),
    "account.imported": pgettext_lazy("entry", "Account imported"),
    "account.made_administrator": pgettext_lazy("entry", "Made administrator"),
    "account.password_changed": pgettext_lazy("entry", "Password changed"),
    "account.password_reset": pgettext_lazy("entry", "Password reset"),
    "account.reactivated": pgettext_lazy("entry", "Account reactivated"),
    "account.signed_in": pgettext_lazy("entry", "Signed in"),
    "account.signed_out_everywhere": pgettext_lazy("entry", "Signed out everywhere"),
    "account.unlocked": pgettext_lazy("entry", "Account unlocked"),
    "application.deemed_accepted": pgettext_lazy("entry", "Accepted by silence"),
    "application.document_added": pgettext_lazy("entry", "Document added"),
    "application.due_dates_moved": pgettext_lazy("entry", "Due dates moved"),
    "application.escalated": pgettext_lazy("entry", "Escalated"),
    "application.escalation_answered": pgettext_lazy("entry", "Escalation answered"),
    "application.handed_over": pgettext_lazy("entry", "Handed over"),
    "application.opened_by_leader": pgettext_lazy("entry", "Opened by a leader"),
    "application.opened_by_rule": pgettext_lazy("entry", "Opened by rule"),
    "application.sign_off_flagged": pgettext_lazy("entry", "Sign-off flagged"),
    "application.supervised": pgettext_lazy("entry", "Put under supervision"),
    "appointment.ended": pgettext_lazy("entry", "Appointment ended"),
    "appointment.made": pgettext_lazy("entry", "Appointed"),
    "appointment.withdrawn": pgettext_lazy("entry", "Appointment withdrawn"),
    "audit.exported": pgettext_lazy("entry", "Trail exported"),
    "audit.key_rotated": pgettext_lazy("entry", "Signing key changed"),
    "audit.proof_printed": pgettext_lazy("entry", "Proof between checkpoints printed"),
    "audit.receipt_printed": pgettext_lazy("entry", "Receipt printed"),
    "audit.finding_opened": pgettext_lazy("entry", "Finding opened"),
    "audit.read_access_log": pgettext_lazy("entry", "Access log read"),
    "audit.read_application": pgettext_lazy("entry", "Timeline read"),
    "audit.read_four_eyes": pgettext_lazy("entry", "Four-eyes report read"),
    "audit.finding_resolved": pgettext_lazy("entry", "Finding resolved"),
    "audit.search_dropped": pgettext_lazy("entry", "Saved search deleted"),
    "audit.search_saved": pgettext_lazy("entry", "Search saved"),
    "audit.searched": pgettext_lazy("entry", "Trail searched"),
    "audit.verified": pgettext_lazy("entry", "Trail verified"),
    "calendar.loaded": pgettext_lazy("entry", "Calendar loaded"),
    "charge.ended": pgettext_lazy("entry", "Charge ended"),
    "charge.given": pgettext_lazy("entry", "Charge given"),
    "cover.carried_on": pgettext_lazy("entry", "Cover carried on"),
    "cover.ended": pgettext_lazy("entry", "Cover ended"),
    "cover.given": pgettext_lazy("entry", "Cover given"),
    "demo.clock_moved": pgettext_lazy("entry", "Demo clock moved"),
    "handover.acknowledged": pgettext_lazy("entry", "Handover acknowledged"),
    "ladder.changed": pgettext_lazy("entry", "Ladder changed"),
    "ledger.applied": pgettext_lazy("entry", "Ledger taken over"),
    "ledger.received": pgettext_lazy("entry", "Ledger received"),
    "ledger.settled": pgettext_lazy("entry", "Ledger doubt settled"),
    "ledger.started_again": pgettext_lazy("entry", "Ledger read again"),
    "matter.escalated": pgettext_lazy("entry", "Escalated"),
    "matter.escalation_answered": pgettext_lazy("entry", "Escalation answered"),
    "person.preferences": pgettext_lazy("entry", "Wishes about messages"),
    "pii.erased": pgettext_lazy("entry", "Personal data erased"),
    "pii.erasure_asked": pgettext_lazy("entry", "Erasure asked for"),
    "pii.erasure_rejected": pgettext_lazy("entry", "Erasure rejected"),
    "promise.made": pgettext_lazy("entry", "Limit promised"),
    "reading.document": pgettext_lazy("entry", "Document downloaded"),
    "reading.ledger": pgettext_lazy("entry", "Ledger exported"),
    "reading.list": pgettext_lazy("entry", "List exported"),
    "reading.package": pgettext_lazy("entry", "Export package taken"),
    "reading.permit_file": pgettext_lazy("entry", "Permit file downloaded"),
    "reading.receipt": pgettext_lazy("entry", "Receipt taken"),
    "reading.start_evidence": pgettext_lazy("entry", "Start evidence downloaded"),
    "recusal.declared": pgettext_lazy("entry", "Recusal declared"),
    "recusal.lifted": pgettext_lazy("entry", "Recusal lifted"),
    "project.blocked": pgettext_lazy("entry", "Block recorded"),
    "project.changed": pgettext_lazy("entry", "Project changed"),
    "project.created": pgettext_lazy("entry", "Project made"),
    "project.figure": pgettext_lazy("entry", "Monthly figure"),
    "project.gate_opened": pgettext_lazy("entry", "Start gate opened"),
    "project.gate_shut": pgettext_lazy("entry", "Start gate shut"),
    "project.imported": pgettext_lazy("entry", "Project imported"),
    "project.in_statistics": pgettext_lazy("entry", "Entered in the statistics"),
    "project.lead": pgettext_lazy("entry", "Lead changed"),
    "project.merged": pgettext_lazy("entry", "Projects merged"),
    "project.new_code": pgettext_lazy("entry", "New project code"),
    "project.permit_extended": pgettext_lazy("entry", "Permit extended"),
    "project.permit_granted": pgettext_lazy("entry", "Permit granted"),
    "project.permit_lapse": pgettext_lazy("entry", "Permit lapsed"),
    "project.permit_recorded": pgettext_lazy("entry", "Permit recorded"),
    "project.permit_cancel": pgettext_lazy("entry", "Permit cancelled"),
    "project.permit_revoke": pgettext_lazy("entry", "Permit revoked"),
    "project.permit_revoked": pgettext_lazy("entry", "Permit revoked"),
    "project.permit_withdraw": pgettext_lazy("entry", "Permit withdrawn"),
    "project.permit_superseded": pgettext_lazy("entry", "Permit superseded"),
    "project.split": pgettext_lazy("entry", "Project split"),
    "project.started": pgettext_lazy("entry", "Start recorded"),
    "project.unblocked": pgettext_lazy("entry", "Block lifted"),
}


# What an entry about the auditors themselves says, by the key of its payload.
PARTICULARS: dict[str, Any] = {
    "about": pgettext_lazy("particular", "about"),
    "as": pgettext_lazy("particular", "as a file"),
    "asked": pgettext_lazy("particular", "asked for"),
    "breaches": pgettext_lazy("particular", "breaches"),
    "by": pgettext_lazy("particular", "account of the server"),
    "directory": pgettext_lazy("particular", "folder"),
    "entries": pgettext_lazy("particular", "entries"),
    "exit": pgettext_lazy("particular", "exit code"),
    "finding": pgettext_lazy("particular", "finding"),
    "findings": pgettext_lazy("particular", "findings"),
    "first": pgettext_lazy("particular", "from"),
    "kind": pgettext_lazy("particular", "kind"),
    "last": pgettext_lazy("particular", "until"),
    "number": pgettext_lazy("particular", "application"),
    "office": pgettext_lazy("particular", "office"),
    "person": pgettext_lazy("particular", "person"),
    "procedure": pgettext_lazy("particular", "procedure"),
    "project": pgettext_lazy("particular", "project"),
    "size": pgettext_lazy("particular", "size"),
    "text": pgettext_lazy("particular", "words"),
    "where": pgettext_lazy("particular", "where"),
    "words": pgettext_lazy("particular", "words"),
    "year": pgettext_lazy("particular", "year"),
}


def particulars(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, value) of what an entry `audit.*` says, in the reader's words; a key without a word keeps itself."""
    return [(str(PARTICULARS.get(key, key)), _said(key, value)) for key, value in payload.items()]


def _said(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value == "all":
        return pgettext("particular", "all")
    return kind_word(str(value)) if key == "kind" else str(value)


def kind_word(kind: str) -> str:
    """The word of an entry's kind; the code itself for one that has none."""
    if kind in KINDS:
        return str(KINDS[kind])
    if kind.startswith("admin."):
        added = kind.endswith("_added")
        return gettext("Added in the administration") if added else gettext("Corrected in the administration")
    return acts.word(kind.removeprefix("application.")) if kind.startswith("application.") else kind


def known_kinds() -> list[tuple[str, str]]:
    """(code, word in the reader's language) of every kind that the house writes, to choose from."""
    # A button's word, not a kind: the entries are `received` and `document_added`.
    others = set(acts.OTHER_ACTS) - {"receive", "upload"}
    codes = {*KINDS, *(f"application.{code}" for code in (*Decision.values, *others))}
    return [(code, kind_word(code)) for code in sorted(codes)]


# What a verification can find, by its class (`workflows.audit.verify`, `sequencer`, `replaying.fit`).
FINDINGS: dict[str, Any] = {
    "chain": pgettext_lazy("finding", "Chain broken"),
    "columns": pgettext_lazy("finding", "Columns changed"),
    "content": pgettext_lazy("finding", "Entry changed"),
    "cut": pgettext_lazy("finding", "Entries cut off"),
    "diverged": pgettext_lazy("finding", "Another past than was signed"),
    "fit": pgettext_lazy("finding", "Record and procedure differ"),
    "gap": pgettext_lazy("finding", "Entries missing"),
    "gone": pgettext_lazy("finding", "Entry gone"),
    "left out": pgettext_lazy("finding", "Kept out of the tree"),
    "person": pgettext_lazy("finding", "Found by a person"),
    "receipt": pgettext_lazy("finding", "Receipt proves nothing"),
    "root": pgettext_lazy("finding", "Tree and signature differ"),
    "rotation": pgettext_lazy("finding", "Change of key unproved"),
    "signature": pgettext_lazy("finding", "Signature false"),
    "witness": pgettext_lazy("finding", "A witness saw another past"),
}
PLACES: dict[str, Any] = {
    "checkpoint": pgettext_lazy("place of a finding", "checkpoint"),
    "leaf": pgettext_lazy("place of a finding", "leaf"),
    "outside": pgettext_lazy("place of a finding", "outside the database"),
    "tree": pgettext_lazy("place of a finding", "the tree"),
}


def finding_word(kind: str) -> str:
    """What a class of finding is called; the class itself for one that has no word."""
    return str(FINDINGS.get(kind, kind))


def finding_place(where: str) -> str:
    """Where a finding is: its first word in the reader's language, what follows as it stands."""
    first, gap, rest = where.partition(" ")
    return f"{PLACES.get(first, first)}{gap}{rest}"
