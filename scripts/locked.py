"""Whether the pinned packages are those that were asked for: every requirements*.in against its .txt, offline.

Prints each difference; exit 1 if there is one. `make lock` mends it.
"""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("requirements", "requirements-dev", "requirements-node", "requirements-mining")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+) \\$(?P<rest>(?:\n[ #].*)*)", re.MULTILINE)


def asked(path: Path) -> list[Requirement]:
    """The packages that an .in file names, less its comments and options."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def differences(name: str) -> list[str]:
    """What is wrong with one pair of files, a sentence each."""
    pins = {found["name"]: found for found in PIN.finditer((ROOT / f"{name}.txt").read_text())}
    wanted = {requirement.name.lower().replace("_", "-"): requirement for requirement in asked(ROOT / f"{name}.in")}
    faults = []
    for package, requirement in wanted.items():
        pin = pins.get(package)
        if pin is None:
            faults.append(f"{name}.txt does not pin {requirement}")
        elif not requirement.specifier.contains(pin["version"]):
            faults.append(f"{name}.txt pins {package} {pin['version']}, asked is {requirement}")
    for package, pin in pins.items():
        if "--hash=sha256:" not in pin["rest"]:
            faults.append(f"{name}.txt pins {package} without a hash")
        if f"-r {name}.in" in pin["rest"] and package not in wanted:
            faults.append(f"{name}.txt still pins {package}, which nobody asks for")
    return faults


def _versions(name: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in PIN.finditer((ROOT / f"{name}.txt").read_text())}


def clashes() -> list[str]:
    """Packages that the tests would run at another version than the product."""
    runtime, development = (_versions(name) for name in NAMES[:2])
    return [
        f"{package} is {runtime[package]} in requirements.txt and {version} in requirements-dev.txt"
        for package, version in development.items()
        if runtime.get(package, version) != version
    ]


if __name__ == "__main__":
    found = [fault for name in NAMES for fault in differences(name)] + clashes()
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))
