"""Built vectors in the user's cache: made once, written atomically, checked by their sum whenever they are used."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dicomsig.conformance.names import quoted
from dicomsig.vectors.index import Entry, VectorError, digest_of, index

__all__ = ["Corpus", "build_into", "built", "cache_folder"]


def cache_folder() -> Path:
    """Where built vectors are kept: DICOMSIG_CACHE, else dicomsig in XDG_CACHE_HOME, else in ``~/.cache``."""
    own = os.environ.get("DICOMSIG_CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dicomsig"


@dataclass(frozen=True, slots=True)
class Corpus:
    """All vectors as files of one folder."""

    folder: Path

    def path(self, name: str) -> Path:
        """The file of a vector, whose bytes are those of the index; one that was damaged is built anew.

        Raises VectorError for an unknown id and for bytes that cannot be built as the index has them.
        """
        entry = _entry(name)
        path = self.folder / f"{name}.dcm"
        try:
            whole = _sum(path.read_bytes()) == entry.sha256
        except OSError:
            whole = False
        if not whole:
            _write(path, _checked(entry))
        return path

    def data(self, name: str) -> bytes:
        """The bytes of a vector; see `path`."""
        return self.path(name).read_bytes()


def built(folder: Path | None = None) -> Corpus:
    """The corpus of the index in the cache, or in another folder for all corpora; what is missing is built now.

    Several processes may ask at once: each builds beside, one folder takes its place. Raises VectorError where the
    cache cannot be written, or bytes cannot be built as the index has them.
    """
    place = place_of_corpus(folder)
    if not place.is_dir():
        try:
            _build_beside(place)
        except OSError as error:
            hint = "DICOMSIG_CACHE names another folder for it"
            why = f"the vectors cannot be built into {quoted(str(place))}: {error.strerror}; {hint}"
            raise VectorError(why) from error
    return Corpus(place)


def _build_beside(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent))
    try:
        build_into(made)
        made.chmod(0o755)
        _take_place(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def place_of_corpus(folder: Path | None = None) -> Path:
    """The folder of the corpus of the index, there or not: its name is the corpus digest."""
    return (cache_folder() if folder is None else folder) / "vectors" / digest_of(index())[:16]


def write_vector(folder: Path, name: str) -> Path:
    """The file of a vector as its recipe builds it now, whatever the index says."""
    path = folder / f"{name}.dcm"
    path.write_bytes(_entry(name).vector.build())
    return path


def build_into(folder: Path) -> None:
    """Every vector of the index as a file; raises VectorError where the bytes are not those of the index."""
    for name, entry in index().items():
        (folder / f"{name}.dcm").write_bytes(_checked(entry))


def _take_place(made: Path, place: Path) -> None:
    try:
        made.rename(place)
    except OSError:
        if not place.is_dir():  # somebody else was not quicker
            raise


def _entry(name: str) -> Entry:
    entry = index().get(name)
    if entry is None:
        raise VectorError(f"no vector has the id {name!r}")
    return entry


def _checked(entry: Entry) -> bytes:
    data = entry.vector.build()
    if _sum(data) != entry.sha256:
        raise VectorError(f"{entry.vector.id} was built with other bytes than the index has")
    return data


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".building-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
