"""Signed notes and checkpoints: a text that names a tree's size and root, and who signed it (C2SP signed-note,
tlog-checkpoint, tlog-cosignature). Pure: no Django, no I/O; keys are Ed25519 from `cryptography`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519, COSIGNATURE = 0x01, 0x04
MARK = "\u2014 "


class BadNote(ValueError):
    """The text is no signed note, or no checkpoint, or its signature does not fit."""


def raw_public(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


@dataclass(frozen=True)
class Verifier:
    """A name with its public key. `kind` is `ED25519` for a log, `COSIGNATURE` for a witness."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def text(self) -> str:
        """`name+keyid+base64`: the form in which a key is printed and handed out."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a printed key. Raises `BadNote`."""
        try:
            name, key_id, key = text.strip().split("+", 2)
            raw = base64.b64decode(key, validate=True)
        except (ValueError, binascii.Error) as error:
            raise BadNote("This is no verifier key.") from error
        found = cls(name, raw[1:], raw[0] if raw else 0)
        if len(raw) != 33 or found.key_id.hex() != key_id:
            raise BadNote("The verifier key is damaged.")
        return found

    def verifies(self, body: str, signature: bytes) -> bool:
        """Whether a signature (without its key id) is this key's over the note's body."""
        message = body.encode()
        if self.kind == COSIGNATURE:
            if len(signature) != 72:
                return False
            message = _cosigned(body, struct.unpack(">Q", signature[:8])[0])
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A name with its private key."""

    name: str
    key: Ed25519PrivateKey
    kind: int = ED25519

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, raw_public(self.key), self.kind)

    def line(self, body: str, at: int = 0) -> str:
        """The signature line over a note's body; a witness's names the second `at` (Unix time)."""
        if self.kind == COSIGNATURE:
            blob = struct.pack(">Q", at) + self.key.sign(_cosigned(body, at))
        else:
            blob = self.key.sign(body.encode())
        return f"{MARK}{self.name} {base64.b64encode(self.verifier.key_id + blob).decode()}\n"


def _cosigned(body: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{body}".encode()


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says: whose tree, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def signed(checkpoint: Checkpoint, signers: Iterable[Signer], at: int = 0) -> str:
    """The checkpoint as a signed note."""
    body = checkpoint.body()
    return body + "\n" + "".join(signer.line(body, at) for signer in signers)


def split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """(body, [(name, key id, signature)]) of a signed note. Raises `BadNote`."""
    body, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("This is no signed note.")
    found = []
    for line in lines.splitlines():
        if not line.startswith(MARK):
            raise BadNote("This is no signature line.")
        name, _space, blob = line.removeprefix(MARK).rpartition(" ")
        try:
            raw = base64.b64decode(blob, validate=True)
        except binascii.Error as error:
            raise BadNote("A signature is damaged.") from error
        if not name or len(raw) < 5:
            raise BadNote("A signature is damaged.")
        found.append((name, raw[:4], raw[4:]))
    return body + "\n", found


def parse(body: str) -> Checkpoint:
    """The checkpoint in a note's body. Raises `BadNote`."""
    lines = body.split("\n")
    try:
        origin, size, root = lines[0], lines[1], base64.b64decode(lines[2], validate=True)
        if not origin or str(int(size)) != size or len(root) != 32:
            raise ValueError
    except (ValueError, IndexError, binascii.Error) as error:
        raise BadNote("This is no checkpoint.") from error
    return Checkpoint(origin, int(size), root)


def opened(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint of a note that `verifier` signed. Raises `BadNote`."""
    body, lines = split(note)
    mine = [blob for name, key_id, blob in lines if (name, key_id) == (verifier.name, verifier.key_id)]
    if not any(verifier.verifies(body, blob) for blob in mine):
        raise BadNote(f"{verifier.name} did not sign this.")
    return parse(body)


def signed_by(note: str, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """Those of the verifiers whose signature on the note is good. Raises `BadNote`."""
    body, lines = split(note)
    return [
        verifier
        for verifier in verifiers
        if any(
            (name, key_id) == (verifier.name, verifier.key_id) and verifier.verifies(body, blob)
            for name, key_id, blob in lines
        )
    ]


def promise(leaf: bytes, signer: Signer) -> str:
    """The log's word that an entry will be in the tree, before a checkpoint covers it."""
    body = f"kaigong/promise/v1\n{signer.name}\n{base64.b64encode(leaf).decode()}\n"
    return body + "\n" + signer.line(body)


def promise_in(note: str, verifier: Verifier) -> bytes:
    """The leaf hash that a promise is about. Raises `BadNote` unless the log signed it."""
    body, _lines = split(note)
    lines = body.split("\n")
    if not signed_by(note, [verifier]) or len(lines) != 4 or lines[:2] != ["kaigong/promise/v1", verifier.name]:
        raise BadNote("This is no promise of this log.")
    return base64.b64decode(lines[2], validate=True)
