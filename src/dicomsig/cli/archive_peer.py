"""The peer of ``archive``: from an address, a URL or a name to ways to store and to get back."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import click

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError
from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.names import UnknownName, quoted
from dicomsig.impostors.archives.base import ClaimingArchive
from dicomsig.impostors.archives.registry import IMPOSTOR, archive_named
from dicomsig.judging.archive_case import ArchiveRunTerms
from dicomsig.judging.archive_negotiation import negotiation_cases
from dicomsig.judging.archive_probes import Probe
from dicomsig.judging.archive_run import ArchiveTrial
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dicomweb.client import WebAddress, WebAddressError, WebArchive
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.association import Association
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.dimse_archive import Destination, DimseStoring, Getting, Moving, reach
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.systems.outgoing import Outgoing, Retrieving
from dicomsig.systems.written_files import Collecting

__all__ = ["JudgedPeer", "PeerOptions"]

_LONGEST_TITLE = 16


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


@dataclass
class JudgedPeer:
    """Where the archive is and how it is asked; `archive` is one in this process, started with the run."""

    options: PeerOptions
    peer: Peer | None
    way: Way
    limits: NetworkLimits
    archive: Callable[[], HonestArchive] | None = None
    web: WebAddress | None = None
    _server: ArchiveServer | None = None

    @classmethod
    def of(cls, options: PeerOptions) -> "JudgedPeer":
        """What the options mean; raises click errors."""
        limits = DEFAULT_NETWORK_LIMITS.with_timeout(options.timeout)
        way = Way(options.retrieve or ("wado" if options.dicomweb is not None else "get"))
        if (way is Way.FOLDER) != (options.folder is not None):
            raise click.UsageError("--retrieve folder and --folder DIR belong together")
        if options.folder is not None and not options.folder.is_dir():
            raise click.UsageError(f"--folder {shown(options.folder)}: there is no such folder")
        if options.dicomweb is not None:
            if way is not Way.WADO or options.address is not None:
                raise click.UsageError("--dicomweb is storing and retrieving over the web: no HOST:PORT, no --retrieve")
            return cls(options, None, way, limits, web=_web(options))
        if way is Way.WADO and options.address is not None and not options.address.startswith(IMPOSTOR):
            raise click.UsageError("--retrieve wado needs --dicomweb URL")
        if options.address is None:
            if way is Way.FOLDER:
                raise click.UsageError("the embedded archive writes no files; give HOST:PORT")
            return cls(options, None, way, limits, HonestArchive)
        if options.address.startswith(IMPOSTOR):
            return cls(options, None, way, limits, _impostor(options.address))
        for option, title in (("--aet", options.aet), ("--calling", options.calling)):
            if not 0 < len(title) <= _LONGEST_TITLE or not title.isascii() or not title.isprintable():
                raise click.UsageError(f"{option} {quoted(title)} is no AE title: 1 to 16 ASCII characters")
        host, port = _host_and_port(options.address)
        return cls(options, Peer(host, port, options.aet, options.calling, _tls(options)), way, limits)

    @property
    def embedded(self) -> bool:
        """The archive is in this process."""
        return self.archive is not None

    @property
    def host(self) -> str:
        """The machine of the archive, empty for this process."""
        if self.web is not None:
            return self.web.host
        return self.peer.host if self.peer is not None else ""

    @property
    def own_claims(self) -> Claims | None:
        """What an archive of ours claims where nobody says so."""
        if self.archive is None:
            return None
        if isinstance(self.archive, type) and issubclass(self.archive, ClaimingArchive):
            return self.archive.claims()
        product = Product("dicomsig", "embedded archive")
        return Claims(product, profiles=("bit-preserving",), storage_level=2, signature_level=3)

    def start(self, stack: ExitStack) -> str:
        """Start what has to be started, and find out whether the archive answers; why not, or nothing."""
        if self.archive is not None and self.way is Way.WADO:
            served = stack.enter_context(WebServer(self.archive()))
            self.web = WebAddress.read(served.url)
        elif self.archive is not None:
            self._server = stack.enter_context(ArchiveServer(self.archive(), limits=self.limits))
            self.peer = replace(self._server.peer, calling=self.options.calling)
        try:
            if self.web is not None:
                WebArchive(self.web, self.limits, Vault()).reach()
            elif self.peer is not None:
                reach(self.peer, self.limits)
        except NetworkError as error:
            return error.message
        return ""

    def trial(self, made: Sequence[Probe], terms: ArchiveRunTerms, stack: ExitStack) -> ArchiveTrial:
        """The run with these probes."""
        vault = stack.enter_context(Vault())
        if self.web is not None:
            web = WebArchive(self.web, self.limits, vault)
            return ArchiveTrial(made, web, web, self.way, vault, terms, secure=self.web.secure)
        assert self.peer is not None
        every = [probe.outgoing for probe in made]
        storing = DimseStoring(self.peer, every, self.limits)
        stack.callback(storing.close)
        retrieving = self._retrieving(self.peer, every, vault)
        stack.callback(retrieving.close)
        peer, limits = self.peer, self.limits

        def asking(proposals: list[Proposal], extended: Mapping[str, bytes] | None, reserved: int) -> Association:
            return associate(peer, proposals, limits, extended=extended, reserved=reserved)

        classes = [each.sop_class for each in every]
        return ArchiveTrial(
            made,
            storing,
            retrieving,
            self.way,
            vault,
            terms,
            secure=peer.tls is not None,
            before=lambda: negotiation_cases(asking, classes, terms),
        )

    def _retrieving(self, peer: Peer, every: Sequence[Outgoing], vault: Vault) -> Retrieving:
        if self.way is Way.MOVE:
            there = Destination(vault)
            host = "127.0.0.1" if self.embedded else "0.0.0.0"
            listener = Listener(there, host, self.options.move_port, self.limits)
            try:
                listener.start()
            except OSError as error:
                raise InputError(f"--move-port {self.options.move_port}: {error.strerror}") from None
            title = self.options.move_aet or self.options.calling
            if self._server is not None:
                self._server.destinations[title] = ("127.0.0.1", listener.port)
            return Moving(peer, self.limits, title, listener, there)
        if self.way is Way.FOLDER and self.options.folder is not None:
            return Collecting(self.options.folder)
        return Getting(peer, every, self.limits, vault)


def _impostor(name: str) -> type[HonestArchive]:
    try:
        return archive_named(name)
    except UnknownName as error:
        raise click.UsageError(str(error)) from None


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise click.UsageError(f"{quoted(address)} is no HOST:PORT, such as 127.0.0.1:11112")
    return host, int(port)


def _web(options: PeerOptions) -> WebAddress:
    try:
        return WebAddress.read(options.dicomweb or "", _tls(options))
    except WebAddressError as error:
        raise click.UsageError(f"--dicomweb {quoted(options.dicomweb or '')}: {error}") from None


def _tls(options: PeerOptions) -> ssl.SSLContext | None:
    """TLS where an option of it is given; DICOM certificates bear AE titles, so no host name is compared."""
    if options.tls_ca is None and options.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    given = options.tls_ca or options.tls_certificate
    try:
        if options.tls_ca is not None:
            context.load_verify_locations(options.tls_ca)
        else:
            context.load_default_certs()
        if options.tls_certificate is not None:
            given = options.tls_certificate
            context.load_cert_chain(options.tls_certificate, options.tls_key)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "no usable certificate or key"
        raise InputError(f"--tls {shown(given or '')}: {why}") from None
    return context
