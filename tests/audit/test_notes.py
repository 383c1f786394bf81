"""Signed notes and checkpoints: what was signed opens, what was changed does not."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from workflows.audit import note
from workflows.audit.note import COSIGNATURE, BadNote, Checkpoint, Signer, Verifier

LOG = Signer("audit.620799.kaigong", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = Signer("witness.example", Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))), COSIGNATURE)
POINT = Checkpoint(LOG.name, 330, bytes(range(32)))


def test_a_checkpoint_reads_as_c2sp_says() -> None:
    signed = note.signed(POINT, [LOG])
    body, gap, lines = signed.partition("\n\n")
    assert gap and body == f"audit.620799.kaigong\n330\n{base64.b64encode(POINT.root).decode()}"
    assert lines.startswith("\u2014 audit.620799.kaigong ") and lines.endswith("\n")
    assert note.opened(signed, LOG.verifier) == POINT


def test_a_witness_signs_beside_the_log_with_its_time() -> None:
    signed = note.signed(POINT, [LOG, WITNESS], at=1_646_098_200)
    assert note.signed_by(signed, [LOG.verifier, WITNESS.verifier]) == [LOG.verifier, WITNESS.verifier]
    other = Signer(WITNESS.name, Ed25519PrivateKey.generate(), COSIGNATURE)
    assert note.signed_by(signed, [other.verifier]) == []


def test_a_printed_key_is_read_back_whatever_letters_it_has() -> None:
    for _n in range(200):
        signer = Signer("log", Ed25519PrivateKey.generate())
        assert Verifier.parse(signer.verifier.text()) == signer.verifier


@pytest.mark.parametrize(
    "text", ["", "log", "log+00000000+AAAA", "log+zz+!!", LOG.verifier.text().replace("+", "-", 1)]
)
def test_a_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(text)


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_changed_byte_passes(at: int, bit: int) -> None:
    raw = bytearray(note.signed(POINT, [LOG]).encode())
    raw[at % len(raw)] ^= 1 << bit
    try:
        text = raw.decode()
        found = note.opened(text, LOG.verifier)
    except (BadNote, UnicodeDecodeError):
        return
    assert found == POINT, "only the base64 of a signature has bits that say nothing"


@pytest.mark.parametrize("text", ["", "\n\n", "log\nx\ny\n\n\u2014 log AAAA\n", "a\n01\nAAAA\n\n\u2014 log AAAAAAAA\n"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note.opened(text, LOG.verifier)


def test_a_promise_is_about_one_leaf() -> None:
    leaf = bytes(range(32))
    assert note.promise_in(note.promise(leaf, LOG), LOG.verifier) == leaf
    with pytest.raises(BadNote):
        note.promise_in(note.promise(leaf, LOG).replace(base64.b64encode(leaf).decode(), "AAAA"), LOG.verifier)
