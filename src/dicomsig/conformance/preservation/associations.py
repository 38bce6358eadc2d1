"""What was seen of an association: contexts proposed and accepted, extended negotiation asked for and answered."""

from dataclasses import dataclass
from typing import Self

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.preservation.evidence import Levels


@dataclass(frozen=True, slots=True)
class SubItem:
    """One SOP Class Extended Negotiation sub-item (PS3.7 D.3.3.5); ``raw`` are its bytes where they were kept."""

    sop_class: str
    information: bytes
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class ContextSeen:
    """One presentation context: SOP Class, transfer syntaxes proposed, the one accepted, empty where none was."""

    sop_class: str
    proposed: tuple[str, ...]
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class AssociationSeen:
    """One association with the archive, asked for by us or, ``opened_by_peer``, by it.

    ``answered`` are the sub-items of the answer, none when the association was not ``granted``. ``used`` is the syntax
    in which an instance came over it that was stored in explicit VR, empty where none did.
    """

    contexts: tuple[ContextSeen, ...] = ()
    requested: tuple[SubItem, ...] = ()
    answered: tuple[SubItem, ...] = ()
    granted: bool = True
    opened_by_peer: bool = False
    claims: Claims | None = None
    used: str = ""

    @property
    def said_by_peer(self) -> tuple[SubItem, ...]:
        """The sub-items that the archive wrote."""
        return self.requested if self.opened_by_peer else self.answered

    def levels(self, sop_class: str) -> Levels:
        """The levels that the archive announced for a SOP Class; unknown ones where it said nothing."""
        for item in self.said_by_peer:
            if item.sop_class == sop_class:
                return Levels.announced(item.information)
        return Levels()

    @classmethod
    def refused(cls, requested: tuple[SubItem, ...] = ()) -> Self:
        """An association that was not granted."""
        return cls(requested=requested, granted=False)


@dataclass(frozen=True, slots=True)
class AssociationTwins:
    """Two associations asked for alike but for bytes that say nothing: what is not to be examined, or a default.

    ``plain`` is the one without, ``odd`` the one with them; ``requirement`` is the row that they are a probe of.
    """

    requirement: str
    plain: AssociationSeen
    odd: AssociationSeen
