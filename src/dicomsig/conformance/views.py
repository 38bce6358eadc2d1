"""What checks look at: an instance and its signatures with their verdicts, read once and asked many times."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import Edition
from dicomsig.conformance.modules import Due, due_attributes
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.instance import Instance
from dicomsig.explanation.mistaken_rules import mistaken_rule
from dicomsig.signatures.macro import MacParameters, Signature
from dicomsig.signatures.verdict import Status, Verdict


@dataclass(frozen=True)
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

    @cached_property
    def present(self) -> frozenset[tags.Tag]:
        """The tags of the main data set."""
        return frozenset(element.tag for element in self.instance.elements)

    @cached_property
    def by_tag(self) -> Mapping[tags.Tag, Element]:
        """The elements of the main data set by tag, the first where one repeats."""
        return {element.tag: element for element in reversed(self.instance.elements)}


@dataclass(frozen=True)
class JudgedSignature:
    """One signature as checks see it: its items, its verdict, the instance around it."""

    whole: JudgedInstance
    signature: Signature
    verdict: Verdict
    own: bool = True
    """The signature counts as the product's own (DESIGN section 3)."""

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
        """The tags of Data Elements Signed (0400,0020)."""
        return self.parameters.tag_list.distinct if self.parameters is not None else frozenset()

    @cached_property
    def covered(self) -> tuple[Element, ...]:
        """The listed elements that the data set has, in the order met."""
        return tuple(element for element in self.signature.data_set if element.tag in self.listed)

    @cached_property
    def intact(self) -> bool:
        """The integrity verdict is valid: the MAC was made by the standard's rules over the bytes that are there."""
        return self.verdict.integrity is Status.VALID

    @cached_property
    def mistaken_rule(self) -> str | None:
        """The rule of the MAC stream that the signer got wrong, where a recomputation proves it."""
        if self.verdict.integrity is not Status.INVALID or self.verdict.recovered_digest is None:
            return None
        return mistaken_rule(self.instance, self.signature, self.verdict.recovered_digest)

    def due(self, profile: str) -> tuple[Due, ...]:
        """The elements that a profile wants signed in this instance, by tag."""
        return self._due[profile]

    @cached_property
    def _due(self) -> "_DueByProfile":
        return _DueByProfile(self)

    def element(self, tag: tags.Tag) -> Element | None:
        """An element of the signature item."""
        return find(self.signature.item.elements, tag)

    def has_remark(self, *reasons: str) -> bool:
        """The verdict gives one of these reasons."""
        return any(remark.reason in reasons for remark in self.verdict.remarks)


@dataclass(frozen=True)
class JudgedRun:
    """What is known of a product when all its instances have been judged.

    ``signature_uids`` counts how often each Digital Signature UID was met among different signatures of the product;
    ``mac_algorithms`` how often each MAC algorithm was met in them.
    """

    edition: Edition
    claims: Claims | None
    instances: int
    signatures: int
    signature_uids: Mapping[str, int]
    mac_algorithms: Mapping[str, int]


class _DueByProfile(dict[str, tuple[Due, ...]]):
    """The due elements of one signature, computed once a profile."""

    def __init__(self, signature: JudgedSignature) -> None:
        super().__init__()
        self._whole = signature.whole

    def __missing__(self, profile: str) -> tuple[Due, ...]:
        whole = self._whole
        self[profile] = found = due_attributes(profile, whole.edition, whole.sop_class_uid, whole.present)
        return found
