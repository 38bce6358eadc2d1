"""What checks look at: an instance and its signatures with their verdicts, read once and asked many times."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.content import SignedContent
from dicomsig.conformance.coverage import Coverage, coverage
from dicomsig.conformance.editions import Edition
from dicomsig.conformance.macro_places import Macro, macros, security_elements
from dicomsig.conformance.modules import Due
from dicomsig.conformance.remembered import Asked, coverage_by_tags, due_elements, never_signed
from dicomsig.conformance.reports import Purpose, is_report, is_verified, purpose_in
from dicomsig.conformance.timestamp_token import TimestampReading, read_timestamp
from dicomsig.crypto.rsa import RsaReason
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.findings import EncodingFinding, EncodingReason
from dicomsig.encoding.instance import Instance
from dicomsig.explanation.mistaken_rules import mistaken_rule
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import MacParameters, Signature, signatures
from dicomsig.signatures.signable import exclusion
from dicomsig.signatures.verdict import Axis, Remark, SignatureReason, Status, Verdict
from dicomsig.signatures.verify import NO_TRUST, Trust, verify_signature

_MOST_EXPLAINED: Final = 8
"""Signatures of one instance for which hypotheses are tried: each costs a dozen passes over the content."""


@dataclass(frozen=True, eq=False)
class JudgedInstance:
    """One instance as checks see it, with all its signatures; ``file`` is its number in the run."""

    file: int
    instance: Instance
    edition: Edition
    claims: Claims | None
    signatures: "tuple[JudgedSignature, ...]" = ()

    @cached_property
    def sop_class_uid(self) -> str:
        """SOP Class UID (0008,0016), empty when absent."""
        return self.instance.text(tags.SOP_CLASS_UID)

    @cached_property
    def sop_instance_uid(self) -> str:
        """SOP Instance UID (0008,0018), empty when absent."""
        return self.instance.text(tags.SOP_INSTANCE_UID)

    @property
    def is_report(self) -> bool:
        """The instance is a structured report or key object selection (PS3.15 C.4, A-24)."""
        return is_report(self.sop_class_uid)

    @property
    def is_signed_report(self) -> bool:
        """The instance is a report, and the product signed it."""
        return self.is_report and any(signature.own for signature in self.signatures)

    @cached_property
    def is_verified_report(self) -> bool:
        """The instance is a report that says it is verified (PS3.15 C.4)."""
        return self.is_report and is_verified(self.instance)

    @cached_property
    def present(self) -> frozenset[tags.Tag]:
        """The tags of the main data set."""
        return frozenset(element.tag for element in self.instance.elements)

    @cached_property
    def by_tag(self) -> Mapping[tags.Tag, Element]:
        """The elements of the main data set by tag, the first where one repeats."""
        return {element.tag: element for element in reversed(self.instance.elements)}

    @cached_property
    def macros(self) -> tuple[Macro, ...]:
        """Every data set with signatures or MAC parameters, the main one first."""
        return tuple(macros(self.instance))

    @cached_property
    def security_elements(self) -> tuple[tuple[str, Element], ...]:
        """Every element of groups 0400, 4FFE and FFFA at any depth, with the place of its data set."""
        return tuple(security_elements(self.instance.elements, tags.MAIN_PLACE))


@dataclass(frozen=True, eq=False)
class JudgedSignature:
    """One signature as checks see it: its items, its verdict, the instance around it."""

    whole: JudgedInstance
    signature: Signature
    verdict: Verdict
    own: bool = True
    """The signature counts as the product's own."""

    @property
    def edition(self) -> Edition:
        """The edition judged against."""
        return self.whole.edition

    @property
    def instance(self) -> Instance:
        """The instance that holds the signature."""
        return self.whole.instance

    @property
    def parameters(self) -> MacParameters | None:
        """The one MAC Parameters item of the signature, None when there is not exactly one."""
        found = self.signature.parameters
        return found[0] if len(found) == 1 else None

    @property
    def in_main_data_set(self) -> bool:
        """The signature sits in the main data set; the profiles of PS3.15 ask for nothing else."""
        return self.signature.place == tags.MAIN_PLACE

    @cached_property
    def listed(self) -> frozenset[tags.Tag]:
        """The tags of Data Elements Signed (0400,0020); none beyond the signatures that are verified of an instance."""
        if self.parameters is None or SignatureReason.SIGNATURES_TOO_MANY in self.reasons:
            return frozenset()
        return self.parameters.tag_list.distinct

    @cached_property
    def present(self) -> frozenset[tags.Tag]:
        """The tags of the data set that holds the signature."""
        if self.in_main_data_set:
            return self.whole.present
        return frozenset(element.tag for element in self.signature.data_set)

    @cached_property
    def never_signed(self) -> tuple[tags.Tag, ...]:
        """The tags of the data set that nobody may list (PS3.3 C.12.1.1.3.1.1)."""
        return never_signed(self.present)

    @cached_property
    def covered(self) -> tuple[Element, ...]:
        """The listed elements that the data set has, in the order met."""
        if not self.listed:
            return ()
        return tuple(element for element in self.signature.data_set if element.tag in self.listed)

    @cached_property
    def intact(self) -> bool:
        """The integrity verdict is valid: the MAC was made by the standard's rules over the bytes that are there."""
        return self.verdict.integrity is Status.VALID

    @property
    def explainable(self) -> bool:
        """The MAC differs, the signed digest is known, and the signature is among the first of the instance."""
        return (
            RsaReason.MAC_MISMATCH in self.reasons
            and self.verdict.recovered_digest is not None
            and self.signature.ordinal < _MOST_EXPLAINED
        )

    @cached_property
    def mistaken_rule(self) -> str | None:
        """The rule of the MAC stream that the signer got wrong, where a recomputation proves it."""
        if not self.explainable or self.verdict.recovered_digest is None:
            return None
        return mistaken_rule(self.instance, self.signature, self.verdict.recovered_digest)

    @cached_property
    def reasons(self) -> frozenset[str]:
        """The codes of all remarks of the verdict."""
        return frozenset(remark.reason for remark in self.verdict.remarks)

    @cached_property
    def integrity_remark(self) -> Remark | None:
        """What stands against integrity, None when nothing does."""
        for remark in self.verdict.remarks:
            if remark.axis is Axis.INTEGRITY and remark.status is not Status.VALID:
                return remark
        return None

    @cached_property
    def content(self) -> SignedContent:
        """What occurs in the content that went into the MAC."""
        found = SignedContent(hearsay=not self.instance.syntax.explicit and not self.intact)
        covered = self.covered
        if self.parameters is not None and self.parameters.tag_list.unsignable:
            covered = tuple(element for element in covered if exclusion(element.tag) is None)
        found.take(self.instance.source, covered, self.signature.place)
        items = [self.signature.item, *(parameters.item for parameters in self.signature.parameters)]
        for item in items:
            found.take_padding(self.instance.source, item.elements, self.signature.place)
        return found

    @cached_property
    def purpose(self) -> Purpose | None:
        """The one purpose that the signature states; None without one, or with several."""
        return purpose_in(self.instance, self.element(attributes.PURPOSE))

    @property
    def verifies_report(self) -> bool:
        """The signature is the verification signature of a verified report, of which more is asked (PS3.15 C.4)."""
        return self.whole.is_verified_report and self.purpose is not None and self.purpose.is_verification

    @cached_property
    def timestamp(self) -> TimestampReading | None:
        """The certified timestamp as read, None where there is none or one without a value, which means the same."""
        element = self.element(attributes.TIMESTAMP)
        if element is None or element.items is not None or element.fragments is not None or not element.length:
            return None
        return read_timestamp(self.instance.value(element, 1 << 20))

    def findings(self, reason: EncodingReason) -> tuple[EncodingFinding, ...]:
        """The findings of one kind that lie in hashed bytes: in covered elements or in the signature item."""
        return tuple(found for found in self.instance.findings if found.reason is reason and self._hashes(found.path))

    def _hashes(self, path: str) -> bool:
        place = self.signature.place
        if not path.startswith(place):
            return False
        rest = path[len(place) :]
        if rest.startswith(tags.format_step(tags.DIGITAL_SIGNATURES, self.signature.number)):
            return True
        try:
            tag = tags.parse_tag(rest[:11] if rest.startswith("(") else rest[:8])
        except ValueError:
            return False
        return any(element.tag == tag for element in self.covered)

    def due(self, profile: str) -> tuple[Due, ...]:
        """The elements that a profile wants signed in this instance, by tag."""
        return due_elements(self._asked(profile))

    def coverage(self, profile: str) -> Mapping[str, Coverage]:
        """How far the elements that a profile wants signed are, by requirement; empty where no list is to compare.

        The profiles ask for signatures of the main data set alone.
        """
        found = self._coverage.get(profile)
        if found is None:
            found = self._coverage[profile] = self._covering(profile) if self.in_main_data_set and self.listed else {}
        return found

    @cached_property
    def _coverage(self) -> dict[str, Mapping[str, Coverage]]:
        return {}

    def _covering(self, profile: str) -> Mapping[str, Coverage]:
        by_tags = coverage_by_tags(self._asked(profile), self.listed)
        return coverage(self.due(profile), self.listed, self.whole.by_tag) if by_tags is None else by_tags

    def _asked(self, profile: str) -> Asked:
        whole = self.whole
        return Asked(profile, whole.edition, whole.sop_class_uid, whole.present, self.verifies_report)

    def element(self, tag: tags.Tag) -> Element | None:
        """An element of the signature item."""
        return find(self.signature.item.elements, tag)


@dataclass(frozen=True)
class JudgedRun:
    """What is known of a product when all its instances have been judged.

    ``signature_uids`` counts how often each Digital Signature UID was met among different signatures of the product;
    ``mac_algorithms`` how often each MAC algorithm was met in them; ``repeated`` names the cases of a UID met twice.
    """

    edition: Edition
    claims: Claims | None
    instances: int
    signatures: int
    signature_uids: Mapping[str, int]
    mac_algorithms: Mapping[str, int]
    repeated: Mapping[str, Sequence[str]] = field(default_factory=dict)


def judged(
    instance: Instance,
    edition: Edition,
    *,
    file: int = 1,
    claims: Claims | None = None,
    trust: Trust = NO_TRUST,
    is_own: Callable[[Verdict], bool] = lambda verdict: True,
) -> JudgedInstance:
    """The view of an instance with the verdicts on all its signatures.

    Raises MalformedError when the file changes while it is read.
    """
    whole = JudgedInstance(file, instance, edition, claims)
    views = []
    for signature in signatures(instance):
        verdict = verify_signature(instance, signature, trust)
        views.append(JudgedSignature(whole, signature, verdict, is_own(verdict)))
    object.__setattr__(whole, "signatures", tuple(views))  # the two refer to each other; nobody has seen them yet
    return whole
