"""The peer of ``archive``: from an address, a URL or a name to ways to store and to get back."""

import ssl
from dataclasses import dataclass, replace
from pathlib import Path

import click

from dicomsig.cli.options import shown
from dicomsig.cli.tls import calling_side
from dicomsig.conformance.names import UnknownName, quoted
from dicomsig.impostors.archives.registry import IMPOSTOR, archive_named, near_archive
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.systems.dicomweb.client import WebAddress, WebAddressError
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS
from dicomsig.systems.dimse.requesting import Peer
from dicomsig.systems.embedded_archive import HonestArchive, Way

__all__ = ["PeerOptions", "place_of"]

_LONGEST_TITLE = 16
HERE = "here"
"""The store of an archive in this process."""


@dataclass(frozen=True, kw_only=True)
class PeerOptions:
    """The options that say where the archive is."""

    address: str | None = None
    aet: str = "ANY-SCP"
    calling: str = "DICOMSIG"
    retrieve: str | None = None
    move_port: int = 0
    move_aet: str | None = None
    folder: Path | None = None
    dicomweb: str | None = None
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    timeout: float = 30.0
    commitment: bool = False
    other_syntaxes: bool = False
    at_rest: str | None = None


def place_of(options: PeerOptions) -> ArchivePlace:
    """What the options mean; raises click errors."""
    place = _place_of(options)
    if options.at_rest == HERE and not place.embedded:
        raise click.UsageError(f"--at-rest {HERE} is for an archive of dicomsig; give the address of an Orthanc")
    if options.at_rest is None or options.at_rest == HERE:
        return place
    if place.embedded:
        raise click.UsageError(f"--at-rest URL needs an archive; in one of dicomsig it is --at-rest {HERE}")
    return replace(place, rest=_address("--at-rest", options.at_rest, options))


def _place_of(options: PeerOptions) -> ArchivePlace:
    way = Way(options.retrieve or ("wado" if options.dicomweb is not None else "get"))
    place = ArchivePlace(
        way=way,
        limits=DEFAULT_NETWORK_LIMITS.with_timeout(options.timeout),
        calling=options.calling,
        move_port=options.move_port,
        move_title=options.move_aet or "",
        folder=options.folder,
        commits=options.commitment,
        other_syntaxes=options.other_syntaxes,
    )
    if (way is Way.FOLDER) != (options.folder is not None):
        raise click.UsageError("--retrieve folder and --folder DIR belong together")
    if options.folder is not None and not options.folder.is_dir():
        raise click.UsageError(f"--folder {shown(options.folder)}: there is no such folder")
    if options.dicomweb is not None:
        if way is not Way.WADO or options.address is not None:
            raise click.UsageError("--dicomweb is storing and retrieving over the web: no HOST:PORT, no --retrieve")
        return replace(place, web=_web(options))
    if way is Way.WADO and options.address is not None and not options.address.startswith(IMPOSTOR):
        raise click.UsageError("--retrieve wado needs --dicomweb URL")
    if options.address is None:
        if way is Way.FOLDER:
            raise click.UsageError("the embedded archive writes no files; give HOST:PORT")
        return replace(place, archive=HonestArchive)
    if options.address.startswith(IMPOSTOR):
        return replace(place, archive=_impostor(options.address))
    titles = (("--aet", options.aet), ("--calling", options.calling), ("--move-aet", place.move_title or place.calling))
    for option, title in titles:
        if not 0 < len(title) <= _LONGEST_TITLE or not title.isascii() or not title.isprintable():
            raise click.UsageError(f"{option} {quoted(title)} is no AE title: 1 to 16 ASCII characters")
    host, port = _host_and_port(options.address)
    return replace(place, peer=Peer(host, port, options.aet, options.calling, _tls(options)))


def _impostor(name: str) -> type[HonestArchive]:
    try:
        return archive_named(name)
    except UnknownName as error:
        raise click.UsageError(str(error)) from None


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        hint = f".{near}" if (near := near_archive(address)) else ", such as 127.0.0.1:11112"
        raise click.UsageError(f"{quoted(address)} is no HOST:PORT{hint}")
    return host, int(port)


def _web(options: PeerOptions) -> WebAddress:
    return _address("--dicomweb", options.dicomweb or "", options)


def _address(option: str, url: str, options: PeerOptions) -> WebAddress:
    try:
        return WebAddress.read(url, _tls(options))
    except WebAddressError as error:
        raise click.UsageError(f"{option} {quoted(url)}: {error}") from None


def _tls(options: PeerOptions) -> ssl.SSLContext | None:
    return calling_side(options.tls_ca, options.tls_certificate, options.tls_key)
