"""Every impostor of an archive and every honest one by name, in the order in which they are written."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from dicomsig.conformance.names import UnknownName, did_you_mean, quoted
from dicomsig.impostors.archives.base import ClaimingArchive
from dicomsig.impostors.classes import classes_in

__all__ = ["IMPOSTOR", "archive_impostors", "archive_named", "described_archives", "honest_archives", "near_archive"]

IMPOSTOR: Final = "impostor:"
"""What precedes the name of an archive of this package on the command line."""

_MODULES: Final = (
    "values",
    "elements",
    "pixels",
    "coercion",
    "replacing",
    "tampered",
    "occasions",
    "encodings",
    "levels",
    "committing",
    "sending",
    "refusing",
    "conduct",
)


class KeepsEveryByte(ClaimingArchive):
    """Honest: keeps every byte, and claims bit preservation and level 3."""


@cache
def archive_impostors() -> Mapping[str, type[ClaimingArchive]]:
    """Those that break a requirement, that nobody can judge to the end, or of whom something is noted."""
    return MappingProxyType({each.name: each for each in _all() if each.shown()})


@cache
def honest_archives() -> Mapping[str, type[ClaimingArchive]]:
    """Those that must be acquitted."""
    return MappingProxyType({each.name: each for each in _all() if not each.shown()})


def archive_named(name: str) -> type[ClaimingArchive]:
    """The archive of a name such as ``impostor:trims-padding``; raises UnknownName with the nearest one."""
    found = {**honest_archives(), **archive_impostors()}.get(name.removeprefix(IMPOSTOR))
    if found is None:
        hint = near_archive(name) if name != IMPOSTOR else ""
        raise UnknownName(f"no archive is named {quoted(name)}.{hint or ' dicomsig archive --list names all.'}")
    return found


def near_archive(name: str) -> str:
    """The hint `` Did you mean 'impostor:NAME'?`` for the nearest name, empty where none is near."""
    near = did_you_mean(name.removeprefix(IMPOSTOR), (*honest_archives(), *archive_impostors()))
    return near.replace(" '", f" '{IMPOSTOR}")


def described_archives() -> Iterator[tuple[str, str]]:
    """Each name with what that archive does; of the wrong ones what shows it."""
    for name, archive in honest_archives().items():
        yield IMPOSTOR + name, archive.does()
    for name, archive in archive_impostors().items():
        shown = f"{archive.shown()} with {archive.options()}" if archive.options() else archive.shown()
        yield (
            IMPOSTOR + name,
            f"{archive.does()} ({shown if archive.convicted_by else f'convicts nobody; noted: {shown}'})",
        )


def _all() -> list[type[ClaimingArchive]]:
    written = (each for name in _MODULES for each in classes_in(f"{__package__}.{name}", ClaimingArchive))
    return [KeepsEveryByte, *written]
