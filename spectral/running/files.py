"""Files that are either whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its name once the block has ended well.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "numbers.txt") as temporary:
    ...     _ = temporary.write_text("1 2 3")
    >>> [file.name for file in folder.iterdir()]
    ['numbers.txt']
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _named_in_errors(path):
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    temporary = Path(name)
    try:
        with _named_in_errors(path):
            yield temporary
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write ``content`` as JSON; numbers that JSON does not know (NaN) raise ``ValueError``."""
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def digest_of_files(root: Path, files: Iterable[Path]) -> str:
    """The SHA-256 of text files under ``root``: their names and lines, however lines end.

    Examples
    --------
    >>> here = Path(__file__)
    >>> digest_of_files(here.parent, [here]) == digest_of_files(here.parent, [])
    False
    """
    digest = hashlib.sha256()
    for name, file in sorted((file.relative_to(root).as_posix(), file) for file in files):
        lines = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(lines)}\n".encode() + lines)
    return digest.hexdigest()


@contextmanager
def _named_in_errors(path: Path) -> Iterator[None]:
    """An error of writing names the file that is meant: that of a full disk names none."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
