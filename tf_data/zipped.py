"""Zipped: the files in a zip and in the zips inside it, within bounds, whoever packed it."""

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ecgzoo.errors import ZipError

LARGEST_FILE = 20_000_000  # bytes that a file may unpack to; it is held in memory
LARGEST_ZIPS = 1_000_000_000  # bytes of all zips inside a zip, which are unpacked to the disk
MOST_UNPACKED = 20  # times its packed size: what a zip in a zip may unpack to, packed as it is
MOST_ENTRIES = 100_000  # that a zip and the zips inside it may list
MOST_ZIPS = 16
DEEPEST = 2  # a zip in a zip in a zip

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack without a bound
ENCRYPTED = 1  # a flag's bit
ENTRY = b"PK\x01\x02"  # how each entry of a zip's list begins
CHUNK = 1 << 20  # bytes

# All that zipfile raises of bytes that are no zip, or no longer.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True)
class ZippedFile:
    """A file in a zip.

    Attributes:
        archive: the zip.
        info: its entry there.
        place: the zip's name, those of the zips inside it, and its own.
    """

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    place: str

    @property
    def name(self) -> str:
        """Name without folders."""
        return PurePosixPath(self.info.filename).name

    def read_bytes(self) -> bytes:
        """Content.

        Raises:
            ZipError: if it is damaged, locked, or larger than 20 MB.
        """
        return b"".join(self.chunks(LARGEST_FILE))

    def chunks(self, most: int) -> Iterator[bytes]:
        """Content, some at a time.

        Raises:
            ZipError: if it is damaged, locked, or larger than ``most`` bytes.
        """
        if self.info.flag_bits & ENCRYPTED:
            raise ZipError(f"{self.place} is locked with a password")
        if self.info.compress_type not in METHODS:
            raise ZipError(f"expected {self.place} stored or deflated; it is packed otherwise")
        if self.info.file_size > most:  # what is declared: zipfile itself reads no more than that
            raise ZipError(
                f"expected at most {most} bytes in {self.place}; it unpacks to "
                f"{self.info.file_size}"
            )
        with _damage_told(self.place), self.archive.open(self.info) as stream:
            yield from iter(lambda: stream.read(CHUNK), b"")


def zipped_files(path: Path) -> Iterator[ZippedFile]:
    """The files in a zip and in the zips inside it; none is read yet.

    Raises:
        ZipError: if a zip is damaged or locked, or there is more than a data set needs: too many
            files or zips, or zips too large or too deep. The message names it.

    Example:
        >>> path = Path(tempfile.mkdtemp()) / "a.zip"
        >>> with zipfile.ZipFile(path, "w") as archive:
        ...     archive.writestr("folder/x.txt", "x")
        >>> [(one.name, one.place, one.read_bytes()) for one in zipped_files(path)]
        [('x.txt', 'a.zip/folder/x.txt', b'x')]
    """
    return _ZipSearch().files(path, path.name)


class _ZipSearch:
    """Goes through a zip and the zips inside it, and counts what the bounds are of."""

    def __init__(self) -> None:
        self.entries = self.zips = self.unpacked = 0

    def files(self, path: Path, place: str, depth: int = 0) -> Iterator[ZippedFile]:
        self._count(path, place)
        with _damage_told(place, "no whole zip file"):
            archive = zipfile.ZipFile(path)
        for info in archive.infolist():
            one = ZippedFile(archive, info, f"{place}/{info.filename}")
            if one.name.lower().endswith(".zip") and not info.is_dir():
                yield from self._inside(one, depth + 1)
            elif not info.is_dir():
                yield one

    def _count(self, path: Path, place: str) -> None:
        """Counts the entries before they are read: in memory each is some ten times as large."""
        with path.open("rb") as stream:
            self.entries += sum(one.count(ENTRY) for one in iter(lambda: stream.read(CHUNK), b""))
        if self.entries > MOST_ENTRIES:
            raise ZipError(f"expected at most {MOST_ENTRIES} files in {place}; it lists more")

    def _inside(self, one: ZippedFile, depth: int) -> Iterator[ZippedFile]:
        self.zips += 1
        if depth > DEEPEST or self.zips > MOST_ZIPS:
            raise ZipError(
                f"expected at most {MOST_ZIPS} zips inside a zip, {DEEPEST} deep; {one.place} is "
                "beyond that"
            )
        most = min(LARGEST_ZIPS - self.unpacked, MOST_UNPACKED * one.info.compress_size)
        with tempfile.NamedTemporaryFile(suffix=".zip") as copy:  # an open zip outlives its name
            for chunk in one.chunks(most):
                self.unpacked += copy.write(chunk)
            copy.flush()
            yield from self.files(Path(copy.name), one.place, depth)


@contextmanager
def _damage_told(place: str, what: str = "damaged") -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise ZipError(f"{place} is {what} ({error})") from error
