"""One file that holds a whole record: what pg_dump makes of the tables that last, and a manifest of it."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "jalon.dump"
MOST = 1_000_000
"""Bytes of a manifest."""


class Manifest(msgspec.Struct):
    """What an archive holds. sha256: of the dump. digest: of all entries, see `Seal`. tables: with their rows.

    pg_dump, postgresql: their versions. checkpoint: the last signed one, where there is any.
    """

    format: int
    jalon: str
    authority: str
    at: datetime
    postgresql: str
    pg_dump: str
    sha256: str
    bytes: int
    entries: int
    position: int
    digest: str
    tables: dict[str, int]
    checkpoint: str | None


class BadArchive(SystemExit):
    """A file that is no whole archive of Jalon; a SystemExit, so that one line is shown and no traceback."""


class CannotWrite(SystemExit):
    """The archive has no place; a SystemExit, so that one line is shown and no traceback."""


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A folder for what becomes the file; gone afterwards. Raises CannotWrite."""
    try:
        if file.exists():
            raise CannotWrite(f"{file} is there already: an archive overwrites nothing.")
        with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise CannotWrite(f"Cannot write {file}: {error.strerror or error}.") from error


def pack(folder: Path, manifest: Manifest, file: Path) -> None:
    """Make the file of a dump and its manifest, at once or not at all; for its owner alone, since it holds names."""
    whole = folder / file.name
    with whole.open("xb") as out:
        whole.chmod(0o600)
        with tarfile.open(fileobj=out, mode="w") as tar:
            text = msgspec.json.format(msgspec.json.encode(manifest))
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mtime = len(text), int(manifest.at.timestamp())
            tar.addfile(head, BytesIO(text))
            tar.add(folder / DUMP, DUMP, filter=nobodys)
        out.flush()
        os.fsync(out.fileno())
    whole.rename(file)


def nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine that it was made on."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def unpack(file: Path, folder: Path) -> Manifest:
    """Take the dump out into a folder, whole and unchanged; what the manifest says. Raises BadArchive."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            manifest = read_manifest(member(tar, MANIFEST).read(MOST))
            with (folder / DUMP).open("wb") as out:
                shutil.copyfileobj(member(tar, DUMP), out)
    except (tarfile.TarError, EOFError) as error:
        raise BadArchive(f"{file} is no archive of Jalon, or not a whole one: {error}.") from error
    found = folder / DUMP
    if (found.stat().st_size, digest(found)) != (manifest.bytes, manifest.sha256):
        raise BadArchive(f"{file} was changed or cut: its dump is not the one that its manifest speaks of.")
    return manifest


def read_manifest(text: bytes) -> Manifest:
    """Raises BadArchive."""
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadArchive(f"The manifest of this archive cannot be read: {error}.") from error
    if manifest.format != FORMAT:
        raise BadArchive(f"The archive has format {manifest.format}, this release reads {FORMAT}.")
    return manifest


def member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    """The content of a file of an archive. Raises tarfile.TarError."""
    try:
        stream = tar.extractfile(name)
    except KeyError as error:
        raise tarfile.TarError(f"it holds no {name}") from error
    if stream is None:
        raise tarfile.TarError(f"its {name} is no file")
    return stream


def digest(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
