#!/usr/bin/env python3
"""开工审计链见证程序 / A witness for Kaigong's audit trail (C2SP tlog-witness, add-checkpoint).

One file for another office's machine: Python 3.9 or newer and the package `cryptography`.

    python kaigong_witness.py --name witness.audit-bureau --log KEY [--log KEY …] --folder FOLDER [--port 8787]

A new key of the log takes the place of the old one when both signed the statement of it (POST add-rotation).
It cosigns a checkpoint only when the log signed it and it extends the last one that this witness saw. Its own key is made
at the first start; print it with --print-key and hand it out on paper. What it saw lies in FOLDER, one file a log.
"""

import argparse
import base64
import binascii
import hashlib
import http.server
import os
import struct
import sys
import tempfile
import threading
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key

MOST = 1 << 16


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def consistent(old, new, old_root, new_root, proof):
    """RFC 9162, 2.1.4.2."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == hashlib.sha256(b"").digest()
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node(step, first), node(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def parse_key(text):
    name, _hex, key = text.strip().split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if len(raw) != 33 or raw[0] != 1 or key_id(name, 1, raw[1:]).hex() != _hex:
        raise SystemExit("not a log's key: " + text)
    return name, raw[1:]


def signed_by(origin, public, body, lines):
    """Whether one of a note's signature lines is this key's over its body."""
    for line in lines.splitlines():
        if not line.startswith("\u2014 " + origin + " "):
            continue
        try:
            raw = base64.b64decode(line.rsplit(" ", 1)[1], validate=True)
            if raw[:4] == key_id(origin, 1, public):
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], body.encode())
                return True
        except (ValueError, binascii.Error, InvalidSignature):
            continue
    return False


class Witness:
    """What it knows of each log, and its own key."""

    def __init__(self, name, logs, folder):
        self.name, self.logs, self.folder, self.lock = name, dict(logs), folder, threading.Lock()
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, "witness.pem")
        if not os.path.exists(path):
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
        with open(path, "rb") as file:
            self.key = load_pem_private_key(file.read(), password=None)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".rotation"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    self._follow(file.read())
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def printed_key(self):
        raw = base64.b64encode(b"\x04" + self.public).decode()
        return self.name + "+" + key_id(self.name, 4, self.public).hex() + "+" + raw

    def _path(self, origin):
        return os.path.join(self.folder, hashlib.sha256(origin.encode()).hexdigest() + ".seen")

    def seen(self, origin):
        try:
            with open(self._path(origin), encoding="ascii") as file:
                size, root = file.read().split()
            return int(size), bytes.fromhex(root)
        except FileNotFoundError:
            return 0, hashlib.sha256(b"").digest()

    def _keep(self, origin, size, root):
        handle, path = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("%d %s" % (size, root.hex()))
            file.flush()
            os.fsync(file.fileno())
        os.replace(path, self._path(origin))

    def _follow(self, note):
        """The origin of the log whose key a rotation puts in the place of the one that is known; None unless both
        signed it."""
        body, gap, lines = note.rpartition("\n\n")
        body += "\n"
        try:
            first, old, new = body.split("\n")[:3]
            if (
                not gap
                or first != "kaigong/key-rotation/v1"
                or not old.startswith("old ")
                or not new.startswith("new ")
            ):
                return None
            (origin, was), (other, public) = parse_key(old[4:]), parse_key(new[4:])
        except (ValueError, SystemExit):
            return None
        if origin != other or self.logs.get(origin) != was:
            return None
        if not signed_by(origin, was, body, lines) or not signed_by(origin, public, body, lines):
            return None
        self.logs[origin] = public
        return origin

    def add_rotation(self, note):
        """(status, answer) of one request."""
        with self.lock:
            origin = self._follow(note)
            if origin is None:
                return 403, "not signed by the old and the new key of a log that is known here"
            taken = sum(name.endswith(".rotation") for name in os.listdir(self.folder))
            handle, path = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            os.replace(path, os.path.join(self.folder, "%06d.rotation" % (taken + 1)))
        return 200, "followed\n"

    def add_checkpoint(self, text):
        """(status, answer) of one request."""
        head, gap, note = text.partition("\n\n")
        body, gap2, lines = note.rpartition("\n\n")
        body += "\n"
        try:
            first, *proof = head.split("\n")
            if not gap or not gap2 or not first.startswith("old "):
                raise ValueError
            old = int(first[4:])
            proof = [base64.b64decode(step, validate=True) for step in proof]
            origin, size, root = body.split("\n")[:3]
            size, root = int(size), base64.b64decode(root, validate=True)
        except (ValueError, binascii.Error):
            return 400, "malformed"
        if origin not in self.logs:
            return 404, "unknown log"
        if not signed_by(origin, self.logs[origin], body, lines):
            return 403, "not signed by the log"
        with self.lock:
            known, known_root = self.seen(origin)
            if old > size:
                return 400, "old is larger than the checkpoint"
            if old != known:
                return 409, "%d\n" % known
            if not consistent(old, size, known_root, root, proof):
                return 422, "not consistent"
            if size > known or not known:
                self._keep(origin, size, root)
        now = int(time.time())
        blob = struct.pack(">Q", now) + self.key.sign(("cosignature/v1\ntime %d\n" % now + body).encode())
        blob = base64.b64encode(key_id(self.name, 4, self.public) + blob).decode()
        return 200, "\u2014 %s %s\n" % (self.name, blob)


def server(witness, port):
    """A server that answers add-checkpoint; call serve_forever on it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            status, answer = 404, "not found"
            acts = {"add-checkpoint": witness.add_checkpoint, "add-rotation": witness.add_rotation}
            act = acts.get(self.path.rpartition("/")[2])
            if act and 0 < length <= MOST:
                try:
                    status, answer = act(self.rfile.read(length).decode())
                except UnicodeDecodeError:
                    status, answer = 400, "malformed"
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *args):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1" if port == 0 else "", port), Handler)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True)
    parser.add_argument("--log", action="append", default=[], help="a log's verifier key")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--port", type=int, default=8787)
    parser.add_argument("--print-key", action="store_true")
    given = parser.parse_args()
    witness = Witness(given.name, [parse_key(text) for text in given.log], given.folder)
    if given.print_key:
        print(witness.printed_key())
        return 0
    server(witness, given.port).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
