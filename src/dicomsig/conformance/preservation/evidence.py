"""What was seen of an archive: an instance before and after it, what it answered, what it announced and claims."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import Edition, edition
from dicomsig.conformance.preservation.compare import compare
from dicomsig.conformance.preservation.differences import NEUTRAL, Difference, Kind, Preservation
from dicomsig.conformance.preservation.hops import Survives, survives
from dicomsig.crypto.certificates import Certificate
from dicomsig.encoding import tags
from dicomsig.encoding.instance import Instance
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.verdict import Status, Verdict
from dicomsig.signatures.verify import verify_signature

SUCCESS: Final = 0x0000
COERCED: Final = 0xB000
"""The warning for changed elements (PS3.4 B.2.3)."""


class Service(StrEnum):
    """By what an instance was stored or fetched."""

    C_STORE = "C-STORE"
    STOW_RS = "STOW-RS"
    C_GET = "C-GET"
    C_MOVE = "C-MOVE"
    WADO_RS = "WADO-RS"
    FOLDER = "folder"


class Fate(StrEnum):
    """What became of an instance."""

    RETURNED = "returned"
    LOST = "lost"
    """It was accepted, and an orderly retrieval did not bring it."""
    REFUSED = "refused"
    """The archive answered with a failure status: nothing was promised."""
    UNREACHED = "unreached"
    """Storing or fetching it did not come to an end; nothing can be told."""
    UNREADABLE = "unreadable"
    """Bytes came back, and they are no instance."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of PS3.4 B.4.1 as far as they are known: storage 0 to 2, signature 1 to 3, coercion 0 or 1."""

    storage: int | None = None
    signature: int | None = None
    coercion: int | None = None

    @classmethod
    def announced(cls, information: bytes) -> "Levels":
        """The levels in six bytes of application information (PS3.4 B.3.1.2); what means nothing is None."""
        if len(information) != 6:
            return cls()
        storage, signature, coercion = information[0], information[2], information[4]
        return cls(
            storage if storage <= 2 else None,
            signature if 1 <= signature <= 3 else None,
            coercion if coercion <= 1 else None,
        )


@dataclass(frozen=True, slots=True)
class Hop:
    """The way of an instance; ``secure`` when both connections were (PS3.15 A.1 treats them apart)."""

    stored: Service = Service.C_STORE
    retrieved: Service = Service.C_GET
    secure: bool = False

    def __str__(self) -> str:
        return f"{self.stored}, {self.retrieved}"


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One signature of an instance with its verdict."""

    signature: Signature
    verdict: Verdict

    @property
    def name(self) -> str:
        """Place and number."""
        return self.verdict.name

    @property
    def valid(self) -> bool:
        """The MAC is that of the bytes that are there."""
        return self.verdict.integrity is Status.VALID

    @property
    def broken(self) -> bool:
        """The MAC is not that of the bytes that are there."""
        return self.verdict.integrity is Status.INVALID

    @property
    def identity(self) -> tuple[str, bytes]:
        """What tells it from others: two signatures never share their value; the pad byte may come and go."""
        return self.verdict.place, self.signature.signature_value.rstrip(b"\0")

    @property
    def covered(self) -> frozenset[tags.Tag]:
        """The tags that are listed and present, at its place."""
        parameters = self.signature.parameters
        listed = parameters[0].tag_list.signable if len(parameters) == 1 else frozenset()
        return listed & self.signature.present

    def covers(self, difference: Difference) -> bool:
        """Whether what differs was in the MAC."""
        tag = difference.under(tags.parse_place(self.verdict.place))
        return tag is not None and tag in self.covered


def signed_by(instance: Instance | None) -> tuple[SignedBy, ...]:
    """All signatures of an instance with their verdicts; none without an instance."""
    if instance is None:
        return ()
    return tuple(SignedBy(each, verify_signature(instance, each)) for each in signatures(instance))


def any_certificate(certificate: Certificate | None) -> bool:
    """Without a declaration nobody can say whose signature is the archive's own."""
    return True


@dataclass(frozen=True, eq=False)
class RoundTrip:
    """One instance through an archive and back.

    ``before`` is what the archive received, ``after`` what it gave, None unless the fate is RETURNED. ``status`` is
    that of the C-STORE or, over the web, its warning or failure reason; None when it was not seen. ``altered`` names
    elements whose value was changed under a signature before the archive got it, ``altered_at_rest`` those changed
    in its store. ``still_there`` says of a refused instance whether it came all the same when it was asked for.
    ``declared`` says whether a certificate is one that the claims name.
    """

    before: Instance
    after: Instance | None
    hop: Hop = Hop()
    fate: Fate = Fate.RETURNED
    status: int | None = SUCCESS
    edition: Edition = field(default_factory=edition)
    claims: Claims | None = None
    announced: Levels = Levels()
    altered: tuple[tags.Tag, ...] = ()
    altered_at_rest: tuple[tags.Tag, ...] = ()
    still_there: bool | None = None
    declared: Callable[[Certificate | None], bool] = any_certificate

    @cached_property
    def preservation(self) -> Preservation | None:
        """How the two differ; None when nothing came back."""
        return None if self.after is None else compare(self.before, self.after)

    @cached_property
    def levels(self) -> Levels:
        """What was announced; else what is claimed."""
        claims, announced = self.claims, self.announced
        storage = claims.storage_level if claims is not None else None
        signature = claims.signature_level if claims is not None else None
        return Levels(
            announced.storage if announced.storage is not None else storage,
            announced.signature if announced.signature is not None else signature,
            announced.coercion,
        )

    @cached_property
    def signed_before(self) -> tuple[SignedBy, ...]:
        """The signatures that the archive received."""
        return signed_by(self.before)

    @cached_property
    def signed_after(self) -> tuple[SignedBy, ...]:
        """The signatures that came back; where the data set is the same to the byte, so are its verdicts."""
        if self.preservation is not None and all(each.kind is Kind.FILE_META for each in self.preservation):
            return self.signed_before
        return signed_by(self.after)

    @cached_property
    def kept(self) -> tuple[tuple[SignedBy, SignedBy], ...]:
        """Received signatures that came back, each with what it has become."""
        there = {each.identity: each for each in self.signed_after}
        return tuple((each, there[each.identity]) for each in self.signed_before if each.identity in there)

    @cached_property
    def new(self) -> tuple[SignedBy, ...]:
        """Signatures that came back and were not received."""
        known = {each.identity for each in self.signed_before}
        return tuple(each for each in self.signed_after if each.identity not in known)

    @property
    def survives(self) -> Survives:
        """What can have come through; nothing is known of an instance that did not come back."""
        return Survives.UNKNOWN if self.after is None else survives(self.before.syntax, self.after.syntax)

    @property
    def lost(self) -> bool:
        """It was accepted, did not come back, and nobody else had a hand in the store."""
        return self.fate is Fate.LOST and not self.altered_at_rest

    @property
    def comparable(self) -> bool:
        """What came back is what the archive made of it, and a MAC made before can still hold."""
        return self.survives is Survives.SIGNATURES and not self.altered_at_rest

    @property
    def recoded(self) -> bool:
        """The pixels were coded anew on the way, as another transfer syntax asks, or may have been."""
        return self.after is not None and self.survives in (Survives.CONTENT, Survives.UNKNOWN)

    def found(self, kinds: Iterable[Kind]) -> tuple[Difference, ...]:
        """The differences of some kinds, none when nothing came back or the store was tampered with."""
        if self.preservation is None or self.altered_at_rest:
            return ()
        wanted = frozenset(kinds)
        return tuple(each for each in self.preservation if each.kind in wanted)

    @property
    def broken(self) -> tuple[Difference, ...]:
        """The differences that are not neutral."""
        return self.found(frozenset(Kind) - NEUTRAL)

    def signed(self, difference: Difference) -> bool:
        """Whether a signature that was valid on receipt covers what differs."""
        return any(each.valid and each.covers(difference) for each in self.signed_before)


@dataclass(frozen=True, slots=True)
class SoundAndBroken:
    """Two instances through one archive that differ in one thing: the signature of the second does not hold."""

    sound: RoundTrip
    broken: RoundTrip
