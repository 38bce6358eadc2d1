"""Where an archive is and how it is asked: over DIMSE, over the web, in a folder, or in this process (DESIGN 4)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.preservation.hops import NATIVE, Coding
from dicomsig.conformance.results import CaseOutcome
from dicomsig.impostors.archives.base import ClaimingArchive
from dicomsig.judging.archive.axes import retrievals
from dicomsig.judging.archive.case import ROLE, ArchiveRunTerms
from dicomsig.judging.archive.deliveries import delivery_cases
from dicomsig.judging.archive.either import either_cases
from dicomsig.judging.archive.interference import Interference
from dicomsig.judging.archive.more_probes import NO_MORE, MoreProbes
from dicomsig.judging.archive.negotiation import negotiation_cases
from dicomsig.judging.archive.probes import Probe
from dicomsig.judging.archive.run import ArchiveTrial, no_cases
from dicomsig.judging.archive.tampering import Meddling, probes_of
from dicomsig.judging.requests import requests_case
from dicomsig.systems.aimed_tampering import StoringAltered
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.at_rest import EmbeddedStore, OpenStore
from dicomsig.systems.committing import commitment
from dicomsig.systems.destination import Destination
from dicomsig.systems.dicomweb.client import WebAddress, WebArchive
from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.dimse.accepting import Listener
from dicomsig.systems.dimse.association import Association
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.dimse.received import Vault
from dicomsig.systems.dimse.requesting import Peer, Proposal, associate
from dicomsig.systems.dimse_archive import DimseStoring, Getting, Moving, MovingIn, reach
from dicomsig.systems.embedded_archive import HonestArchive, Way
from dicomsig.systems.orthanc_rest import OrthancRest
from dicomsig.systems.outgoing import Outgoing, Retrieving, Storing, closing
from dicomsig.systems.tamper_proxy import TamperProxy
from dicomsig.systems.written_files import Collecting

__all__ = ["ArchivePlace"]

_NOT_OVER_THE_WEB: Final = (Coding.IMPLICIT, Coding.BIG_ENDIAN)
"""What web services do not use (PS3.18 8.7.3)."""
_IN_WORDS: Final = {
    Way.GET: tuple(NATIVE),
    Way.MOVE: tuple(NATIVE),
    Way.WADO: tuple(each for each in NATIVE if each not in _NOT_OVER_THE_WEB),
}
"""In what may be asked for."""


@dataclass
class ArchivePlace:
    """An archive at a DIMSE peer, at a web address, or made in this process when the run starts: one of the three.

    `folder` is where it writes its files, for that way of getting back. C-MOVE sends to `move_port` (0: one that is
    free), under `move_title`, by default what we call ourselves.
    """

    way: Way = Way.GET
    peer: Peer | None = None
    web: WebAddress | None = None
    archive: Callable[[], HonestArchive] | None = None
    limits: NetworkLimits = DEFAULT_NETWORK_LIMITS
    calling: str = "DICOMSIG"
    move_port: int = 0
    move_title: str = ""
    folder: Path | None = None
    commits: bool = False
    """Ask for storage commitment; the archive may report to where C-MOVE sends to."""
    other_syntaxes: bool = False
    """Also ask for everything in Implicit VR and in Explicit VR Little Endian."""
    every_syntax: bool = False
    """Also ask for everything in every transfer syntax that does not compress."""
    rest: WebAddress | None = None
    """The REST interface of an Orthanc, by which its store is reached from the side."""
    _there: Destination | None = None
    _server: ArchiveServer | None = None
    _collecting: Collecting | None = None
    _here: HonestArchive | None = None

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

    def start(self, stack: ExitStack) -> NetworkError | None:
        """Start what has to be started, and find out whether the archive answers; why not, or None."""
        if self.archive is not None:
            self._here = self.archive()
        if self._here is not None and self.way is Way.WADO:
            served = stack.enter_context(WebServer(self._here))
            self.web = WebAddress.read(served.url)
        elif self._here is not None:
            self._server = stack.enter_context(ArchiveServer(self._here, limits=self.limits))
            self.peer = replace(self._server.peer, calling=self.calling)
        try:
            if self.web is not None:
                WebArchive(self.web, self.limits, Vault()).reach()
            elif self.peer is not None:
                reach(self.peer, self.limits)
        except NetworkError as error:
            return error
        return None

    def trial(
        self, made: Sequence[Probe], terms: ArchiveRunTerms, stack: ExitStack, more: MoreProbes = NO_MORE
    ) -> ArchiveTrial:
        """The run with these probes; raises OSError where the port that C-MOVE sends to cannot be had."""
        vault = stack.enter_context(Vault())
        made = [*made, *more.alone]
        if self.web is not None:
            web = WebArchive(self.web, self.limits, vault)
            address, bounds = self.web, self.limits
            made = [probe for probe in made if self.stores(probe.coding)]
            return ArchiveTrial(
                made,
                web,
                web,
                self.way,
                vault,
                terms,
                secure=self.web.secure,
                groups=more.at_once,
                another=lambda group: web,
                stored_again=more.again,
                otherwise=self._otherwise(made, lambda syntax, _: WebArchive(address, bounds, vault, syntax)),
                asks=self._asks,
            )
        assert self.peer is not None
        each_probe = [*made, *(probe for group in more.at_once for probe in group)]
        every = [probe.outgoing for probe in each_probe]
        storing = DimseStoring(self.peer, every, self.limits)
        closing(stack, storing.close)
        retrieving = self._retrieving(self.peer, every, vault)
        closing(stack, retrieving.close)
        peer, limits = self.peer, self.limits
        if self.commits and self._there is None and not self.embedded:
            stack.callback(self._listening(vault, every)[1].stop)

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
            after=lambda: (*self._deliveries(retrieving, every, terms), *self._opened_by_peer(terms)),
            choosing=(lambda: either_cases(peer, every, limits, vault, terms)) if self.way is Way.GET else no_cases,
            groups=more.at_once,
            another=lambda group: DimseStoring(peer, [probe.outgoing for probe in group], limits),
            stored_again=more.again,
            otherwise=self._otherwise(
                each_probe,
                lambda syntax, asked: (
                    MovingIn(retrieving, syntax)
                    if isinstance(retrieving, Moving)
                    else Getting(peer, asked, limits, vault, syntax)
                ),
            ),
            asks=self._asks,
            committing=(lambda sent: commitment(peer, sent, limits, self._there)) if self.commits else None,
        )

    def meddled(
        self, meddling: Meddling, watch: Interference, terms: ArchiveRunTerms, stack: ExitStack
    ) -> ArchiveTrial:
        """A run in which somebody alters what is stored; raises OSError where the port of C-MOVE cannot be had.

        In flight he is a proxy before the archive. Over the web and over TLS, where nobody can be in between, what is
        sent is altered before it is.
        """
        made = probes_of(meddling.pairs)
        every = [probe.outgoing for probe in made]
        vault = stack.enter_context(Vault())
        storing: Storing
        retrieving: Retrieving
        if self.web is not None:
            storing = retrieving = WebArchive(self.web, self.limits, vault)
            secure = self.web.secure
        else:
            assert self.peer is not None
            peer, secure = self.peer, self.peer.tls is not None
            if meddling.tampering is not None and not secure:
                proxy = stack.enter_context(TamperProxy(peer.host, peer.port, meddling.tampering))
                peer = replace(peer, host="127.0.0.1", port=proxy.port)
            storing = DimseStoring(peer, every, self.limits)
            retrieving = self._retrieving(self.peer, every, vault)
        if meddling.tampering is not None and (self.web is not None or secure):
            storing = StoringAltered(storing, meddling.tampering)
        closing(stack, storing.close)
        closing(stack, retrieving.close)
        return ArchiveTrial(
            made,
            storing,
            retrieving,
            self.way,
            vault,
            terms,
            secure=secure,
            asked_twice=0,
            interference=watch,
            judges_claims=False,
        )

    def reach_rest(self) -> None:
        """Find out whether the interface that was given answers; raises AtRestError."""
        if self.rest is not None:
            OrthancRest(self.rest, self.limits).reach()

    def open_store(self) -> OpenStore | None:
        """The store from the side: by the interface that was given, or that of an archive in this process."""
        if self.rest is not None:
            return OrthancRest(self.rest, self.limits)
        return EmbeddedStore(self._here) if self._here is not None else None

    def _retrieving(self, peer: Peer, every: Sequence[Outgoing], vault: Vault) -> Retrieving:
        if self.way is Way.MOVE:
            there, listener = self._listening(vault, every)
            title = self.move_title or self.calling
            if self._server is not None:
                self._server.destinations[title] = ("127.0.0.1", listener.port)
            return Moving(peer, self.limits, title, listener, there)
        if self.way is Way.FOLDER and self.folder is not None:
            self._collecting = self._collecting or Collecting(self.folder, self.limits.answer)  # it knows what it read
            self._collecting.expect(every)
            return self._collecting
        return Getting(peer, every, self.limits, vault)

    def _otherwise(
        self, made: Sequence[Probe], way: Callable[[str, Sequence[Outgoing]], Retrieving]
    ) -> list[tuple[str, Retrieving]]:
        """Ways to get back in other transfer syntaxes than that of storing."""
        wanted = {
            word: [each.outgoing for each in made if self._asks(each, word)] for word in _IN_WORDS.get(self.way, ())
        }
        return [(word, way(NATIVE[word].uid, outgoing)) for word, outgoing in wanted.items() if outgoing]

    def stores(self, coding: Coding) -> bool:
        """Whether instances of an encoding are stored there: over the web there are fewer (PS3.18 8.7.3)."""
        return self.web is None or coding not in _NOT_OVER_THE_WEB

    def _asks(self, probe: Probe, word: str) -> bool:
        """Whether a probe is asked for in another encoding: some are always, so that each meets each."""
        if word == probe.coding:
            return False
        most = self.other_syntaxes and word in (Coding.IMPLICIT, Coding.EXPLICIT)
        return self.every_syntax or most or (probe.name, Coding(word)) in retrievals()

    def _deliveries(
        self, retrieving: Retrieving, every: Sequence[Outgoing], terms: ArchiveRunTerms
    ) -> Iterator[CaseOutcome]:
        """What the archive makes of our refusing what it sends."""
        if isinstance(retrieving, Moving):
            yield from delivery_cases(retrieving, every, terms)

    def _opened_by_peer(self, terms: ArchiveRunTerms) -> list[CaseOutcome]:
        """What the archive announced when it asked us for associations, under a title of ours."""
        if self._there is None:
            return []
        ours = {self.calling, self.move_title or self.calling}
        requests = [each for each in self._there.requests.all() if each.called in ours]
        case = requests_case(requests, f"{ROLE}/opened-by-the-archive", terms.archive)
        return [] if case is None else [case]

    def _listening(self, vault: Vault, every: Sequence[Outgoing]) -> tuple[Destination, Listener]:
        """Where the archive sends to; raises OSError where the port cannot be had."""
        there = Destination(vault)
        longest = max((len(each.data) for each in every), default=0)
        limits = replace(self.limits, operation=self.limits.operation_with(longest))
        listener = Listener(there, "127.0.0.1" if self.embedded else "0.0.0.0", self.move_port, limits)
        listener.start()
        self._there = there
        return there, listener
