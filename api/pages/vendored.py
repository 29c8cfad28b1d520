"""What pages are made of that others wrote: refreshed from their npm packages, and held against what is written down.

`python -m api.pages.vendored` checks; with `--refresh` it fetches the versions below again (needs npm, by hand only).
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

STATIC: Final = Path(__file__).parent / "static"
SUMS: Final = STATIC / "SOURCES.md"


class Package(NamedTuple):
    """A package of npm at one version. integrity: SHA-512 of its archive, as npm tells it. files: ours by theirs."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]


PACKAGES: Final = (
    Package(
        "@picocss/pico",
        "2.1.1",
        "MIT",
        "kIDugA7Ps4U+2BHxiNHmvgPIQDWPDU4IeU6TNRdvXQM1uZX+FibqDQT2xUOnnO2yq/LUHcwnGlu1hvf4KfXnMg==",
        {"LICENSE.md": "pico/LICENSE.md", "css/pico.min.css": "pico/pico.min.css"},
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        {"LICENSE": "htmx/LICENSE", "dist/htmx.min.js": "htmx/htmx.min.js"},
    ),
)


def wrong() -> list[str]:
    """The files that are not what is written down, or not written down at all."""
    known = dict(re.findall(r"^\| `(.+)` \| `([0-9a-f]{64})` \|$", SUMS.read_text(encoding="utf-8"), re.MULTILINE))
    kept = {path.relative_to(STATIC).as_posix(): sha256(path) for path in STATIC.glob("*/*")}
    return sorted(name for name in known.keys() | kept.keys() if known.get(name) != kept.get(name))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refresh() -> None:
    """Fetch every package, and write down what came. Raises RuntimeError for an archive that is not the known one."""
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            take(package, fetched(package, Path(folder)))
    SUMS.write_text("\n".join(told()) + "\n", encoding="utf-8")


def fetched(package: Package, folder: Path) -> Path:
    """The archive of a package, from whatever registry npm is set up with."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != package.integrity:
        raise RuntimeError(f"{package.name} {package.version} is not the archive that is known")
    return archive


def take(package: Package, archive: Path) -> None:
    """Keep the files that we use, unchanged."""
    with tarfile.open(archive) as opened:
        for theirs, ours in package.files.items():
            member = opened.extractfile(f"package/{theirs}")
            assert member is not None
            (STATIC / ours).parent.mkdir(exist_ok=True)
            (STATIC / ours).write_bytes(member.read())


def told() -> Iterator[str]:
    """The list of what is kept, with sums."""
    yield "# What others wrote"
    yield ""
    yield "Kept here unchanged, so that a page fetches nothing from elsewhere. To renew: versions and integrities in"
    yield "`../vendored.py`, then `python -m api.pages.vendored --refresh`, which writes this file."
    for package in PACKAGES:
        yield f"\n## {package.name} {package.version}, {package.licence}\n"
        yield "| File | SHA-256 |"
        yield "|---|---|"
        yield from (f"| `{ours}` | `{sha256(STATIC / ours)}` |" for ours in package.files.values())


if __name__ == "__main__":
    if sys.argv[1:] == ["--refresh"]:
        refresh()
    if found := wrong():
        sys.exit(f"Not what was published: {', '.join(found)}")
