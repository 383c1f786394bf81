#!/usr/bin/env python3
"""开工审计链核验程序 / Verifier of Kaigong's audit trail.

One file. It needs Python 3.9 or newer and the package `cryptography`, nothing of Kaigong, no database, no network.

    python kaigong_verify.py receipt  RECEIPT.json          --key KEY
    python kaigong_verify.py export   FOLDER                --key KEY
    python kaigong_verify.py extends  OLD.note NEW.note PROOF.json --key KEY

Each of them takes --rotation FILE (again and again) when the log has had several keys: the statements, signed by the old
and the new key, by which KEY is followed to the key that signed. An export and a receipt bring theirs along.

KEY is the log's printed verifier key (name+id+base64), or a file that holds it. Get it from paper or from the county's
site, not from the package that you verify. Exit code: 0 clean, 1 finding, 2 cannot tell.
"""

import argparse
import base64
import hashlib
import json
import os
import sys

CLEAN, FINDING, UNKNOWN = 0, 1, 2


class CannotTell(Exception):
    """Something needed is missing or unreadable."""


def say(zh, en):
    print(zh + " / " + en)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_of(body):
    return sha256(b"\x00" + body)


def node_of(left, right):
    return sha256(b"\x01" + left + right)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise CannotTell(str(error))


def key_of(text):
    if os.path.exists(text):
        text = read(text).decode()
    try:
        name, key_id, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
    except ValueError:
        raise CannotTell("not a verifier key: " + text[:60])
    wanted = sha256(name.encode() + b"\n" + raw[:1] + raw[1:])[:4]
    if len(raw) != 33 or raw[0] != 1 or wanted.hex() != key_id:
        raise CannotTell("damaged verifier key")
    return name, wanted, raw[1:]


def signed(note, key):
    """The body of a note that the key signed; None when it did not."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise CannotTell("the package `cryptography` is missing: pip install cryptography")
    name, key_id, public = key
    body, gap, lines = note.rpartition("\n\n")
    if not gap:
        return None
    body += "\n"
    for line in lines.splitlines():
        if not line.startswith("\u2014 " + name + " "):
            continue
        try:
            raw = base64.b64decode(line.rsplit(" ", 1)[1], validate=True)
            if raw[:4] != key_id:
                continue
            Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], body.encode())
            return body
        except (ValueError, IndexError, InvalidSignature):
            continue
    return None


class Ring:
    """The keys of the log around the one that is trusted: each rotation is signed by the old and by the new key."""

    def __init__(self, key):
        self.keys, self.ends = [key], []

    def join(self, notes):
        """Take in every statement that follows; CLEAN, or FINDING when one proves nothing."""
        worst, rest = CLEAN, []
        for note in dict.fromkeys(notes):
            found = rotation_of(note)
            if found is None:
                say("钥匙更换声明未经新旧两把钥匙签名。", "A key rotation is not signed by both keys.")
                worst = FINDING
            else:
                rest.append(found)
        moved = True
        while rest and moved:
            moved = False
            for found in list(rest):
                old, new, size = found
                if old == self.keys[-1]:
                    self.keys.append(new)
                    self.ends.append(size)
                elif new == self.keys[0]:
                    self.keys.insert(0, old)
                    self.ends.insert(0, size)
                elif (old, new) not in list(zip(self.keys, self.keys[1:])):
                    continue
                rest.remove(found)
                moved = True
        if rest:
            say("有钥匙更换声明与所持公钥无关或互相矛盾。", "A key rotation does not join the key that you trust.")
            worst = FINDING
        return worst

    def checkpoint(self, note):
        """(origin, size, root) of a checkpoint that a key signed in its time; None when none did."""
        for n, key in enumerate(self.keys):
            body = signed(note, key)
            if body is None:
                continue
            try:
                origin, size, root = body.split("\n")[:3]
                size, root = int(size), base64.b64decode(root, validate=True)
            except ValueError:
                return None
            if (n and size <= self.ends[n - 1]) or (n < len(self.ends) and size > self.ends[n]):
                say("检查点由已停用的钥匙签名。", "A checkpoint is signed by a key outside its time.")
                return None
            return origin, size, root
        return None


def rotation_of(note):
    """(old key, new key, size of the old key's last checkpoint); None unless both signed it."""
    lines = note.split("\n")
    try:
        old, new = key_of(lines[1][4:]), key_of(lines[2][4:])
        size = int(lines[3].split(" ")[1])
    except (IndexError, ValueError, CannotTell):
        return None
    plain = [line.split(" ")[0] for line in lines[1:5]] == ["old", "new", "last", "at"]
    if lines[0] != "kaigong/key-rotation/v1" or not plain or old[0] != new[0] or old == new:
        return None
    body = "\n".join(lines[:5]) + "\n"
    return (old, new, size) if signed(note, old) == signed(note, new) == body else None


def included(leaf, index, size, proof, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_of(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_of(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistent(old, new, old_root, new_root, proof):
    """RFC 9162, 2.1.4.2."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == sha256(b"")
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
            first, second = node_of(step, first), node_of(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_of(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


class Tree:
    """Root of a growing list of leaves."""

    def __init__(self):
        self.size, self.edge = 0, []

    def append(self, leaf):
        found, index = leaf, self.size
        while index & 1:
            found = node_of(self.edge.pop(), found)
            index >>= 1
        self.edge.append(found)
        self.size += 1

    def root(self):
        if not self.edge:
            return sha256(b"")
        found = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            found = node_of(left, found)
        return found


def receipt(path, ring):
    """One receipt: its entry is in the tree that the log signed."""
    try:
        said = json.loads(read(path))
        body = said["entry"].encode()
        if ring.join(said.get("rotations", [])) != CLEAN:
            return FINDING
        if said.get("promise"):
            return promise(body, said["promise"], ring)
        note, position = said["checkpoint"], int(said["position"])
        proof = [bytes.fromhex(step) for step in said["proof"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CannotTell("this is no receipt: " + path)
    found = ring.checkpoint(note)
    if found is None:
        say("检查点签名不符。", "The checkpoint is not signed by this key.")
        return FINDING
    if not included(leaf_of(body), position, found[1], proof, found[2]):
        say(
            "条目不在已签名的树中：内容或凭证被改动。",
            "The entry is not in the signed tree: it or the receipt was changed.",
        )
        return FINDING
    entry = json.loads(body)
    say(
        "属实：第 %d 条，共 %d 条；%s，%s，记录于 %s。"
        % (position, found[1], entry["kind"], entry.get("chain", ""), entry["recorded_at"]),
        "True: entry %d of %d." % (position, found[1]),
    )
    return CLEAN


def promise(body, note, ring):
    """A receipt from before the next checkpoint: the log's signed word that the entry is on record."""
    text = note.rpartition("\n\n")[0] + "\n"
    lines = text.split("\n")
    if not any(signed(note, key) for key in ring.keys) or lines[:2] != ["kaigong/promise/v1", ring.keys[0][0]]:
        say("承诺签名不符。", "The promise is not signed by this key.")
        return FINDING
    if base64.b64decode(lines[2]) != leaf_of(body):
        say("条目与承诺不符。", "The promise is about another entry.")
        return FINDING
    say(
        "属实：已承诺入链，尚无检查点；请稍后换取完整回执。",
        "True: promised, not sealed yet; fetch the whole receipt later.",
    )
    return CLEAN


def export(folder, ring):
    """A whole export: every file is the one listed, every entry has its leaf, every signed root is met."""
    worst = CLEAN
    manifest = read(os.path.join(folder, "manifest.json"))
    line = hashlib.sha256(manifest).hexdigest() + "  manifest.json\n"
    if read(os.path.join(folder, "manifest.sha256")) != line.encode():
        say("文件被改动：manifest.json 或 manifest.sha256", "changed file: manifest.json or manifest.sha256")
        worst = FINDING
    try:
        listed = json.loads(manifest)
        listed["entries"], listed["size"], listed["files"].items()
    except (ValueError, KeyError, TypeError, AttributeError):
        say("无法读取：manifest.json", "unreadable: manifest.json")
        return FINDING
    for name, wanted in sorted(listed["files"].items()):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            say("缺文件：" + name, "missing file: " + name)
            worst = FINDING
        elif hashlib.sha256(read(path)).hexdigest() != wanted:
            say("文件被改动：" + name, "changed file: " + name)
            worst = FINDING
    notes = os.path.join(folder, "rotations")
    if os.path.isdir(notes):
        files = [os.path.join(notes, name) for name in sorted(os.listdir(notes))]
        worst = max(worst, ring.join(read(path).decode("utf-8", "replace") for path in files))
    return max(worst, entries(folder, ring, listed))


def entries(folder, ring, listed):
    """The entries against their leaves, chains and checkpoints."""
    worst, tree, roots, chains = CLEAN, Tree(), {}, {}
    notes = []
    for name in sorted(os.listdir(os.path.join(folder, "checkpoints"))):
        found = ring.checkpoint(read(os.path.join(folder, "checkpoints", name)).decode("utf-8", "replace"))
        if found is None:
            say("检查点签名不符：" + name, "checkpoint not signed by this key: " + name)
            worst = FINDING
        else:
            notes.append((name, found))
    wanted = {found[1] for _name, found in notes}
    leaves = read(os.path.join(folder, "leaves.txt")).decode("ascii", "replace").split()
    number = -1
    with open(os.path.join(folder, "entries.jsonl"), "rb") as file:
        for number, line in enumerate(file):
            body = line.rstrip(b"\n")
            leaf = leaf_of(body)
            if number >= len(leaves) or leaf.hex() != leaves[number]:
                say(
                    "条目被改动：entries.jsonl 第 %d 行" % (number + 1),
                    "changed entry: entries.jsonl line %d" % (number + 1),
                )
                worst = FINDING
            worst = max(worst, in_chain(body, leaf, chains, number))
            if number < listed["size"]:
                tree.append(leaf)
                if tree.size in wanted:
                    roots[tree.size] = tree.root()
    if number + 1 != listed["entries"]:
        say(
            "条目数不符：%d 而非 %d" % (number + 1, listed["entries"]),
            "%d entries, not %d" % (number + 1, listed["entries"]),
        )
        worst = FINDING
    for name, (_origin, size, root) in notes:
        if size and roots.get(size) != root:
            say("树与检查点不符：" + name, "the tree does not meet the checkpoint: " + name)
            worst = FINDING
    if not notes:
        say("没有检查点，无法证明。", "There is no checkpoint: nothing is proved.")
        return max(worst, UNKNOWN) if worst == CLEAN else worst
    if worst == CLEAN:
        say(
            "属实：%d 条，%d 个检查点。最后检查点之后的 %d 条尚无签名。"
            % (number + 1, len(notes), number + 1 - max(found[1] for _n, found in notes)),
            "Clean: %d entries, %d checkpoints." % (number + 1, len(notes)),
        )
    return worst


def in_chain(body, leaf, chains, number):
    """Each entry of a chain names its place and the leaf before it."""
    try:
        entry = json.loads(body)
        chain, seq, prev = entry["chain"], entry["seq"], entry["prev"]
    except (ValueError, KeyError, TypeError):
        say("无法读取：第 %d 行" % (number + 1), "unreadable: line %d" % (number + 1))
        return FINDING
    if not chain:
        return CLEAN
    known = chains.setdefault(chain, {})
    known[int(seq)] = (leaf.hex(), prev)
    before, after = known.get(int(seq) - 1), known.get(int(seq) + 1)
    broken = (int(seq) == 1 and prev) or (before and before[0] != prev) or (after and after[1] != leaf.hex())
    if broken:
        say("链断裂：%s 第 %s 条" % (chain, seq), "broken chain: %s entry %s" % (chain, seq))
        return FINDING
    return CLEAN


def extends(old, new, proof, ring):
    """Two checkpoints and the proof between them."""
    first, second = (ring.checkpoint(read(path).decode()) for path in (old, new))
    if first is None or second is None:
        say("检查点签名不符。", "A checkpoint is not signed by this key.")
        return FINDING
    steps = [bytes.fromhex(step) for step in json.loads(read(proof))["proof"]]
    if not consistent(first[1], second[1], first[2], second[2], steps):
        say("新树不是旧树的延续：历史被改写。", "The new tree does not extend the old one: the past was rewritten.")
        return FINDING
    say("属实：%d 条是 %d 条的延续。" % (second[1], first[1]), "True: %d extends %d." % (second[1], first[1]))
    return CLEAN


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    acts = parser.add_subparsers(dest="act", required=True)
    for name, files in (("receipt", ["file"]), ("export", ["folder"]), ("extends", ["old", "new", "proof"])):
        act = acts.add_parser(name)
        for file in files:
            act.add_argument(file)
        act.add_argument("--rotation", action="append", default=[], help="a statement that one key follows another")
        act.add_argument("--key", required=True, help="the log's verifier key, or a file that holds it")
    given = parser.parse_args(words)
    try:
        ring = Ring(key_of(given.key))
        if ring.join(read(path).decode("utf-8", "replace") for path in given.rotation) != CLEAN:
            return FINDING
        if given.act == "receipt":
            return receipt(given.file, ring)
        if given.act == "export":
            return export(given.folder, ring)
        return extends(given.old, given.new, given.proof, ring)
    except (CannotTell, OSError, ValueError, KeyError) as error:
        say("无法判断：%s" % error, "cannot tell: %s" % error)
        return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
