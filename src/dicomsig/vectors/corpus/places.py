"""Several signatures, signatures in items, and those that Original Attributes Sequence keeps (A-18, A-19)."""

from dataclasses import replace
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import LIST, MACRO
from dicomsig.vectors.edits import at, dropped, put, revalued
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.nodes import DataSet, Sequence
from dicomsig.vectors.values import element, sequence, tag_of
from dicomsig.vectors.vector import NOT_VALID, Expected, Outcome
from dicomsig.vectors.writing import SOME, Signed, positive, vector
from dicomsig.vectors.wrong_signers.twins import ANATOMY, ct, in_item, nested

__all__ = ["original_attributes"]

_MISMATCH: Final = "mac-mismatch"
_MAIN, _ITEM = Expected(), Expected(ANATOMY)
_TWO = (Expected(), Expected(number=1))
_DEEP = "/00400555[0]/"
_DEEPER = "/00400555[0]/0040a730[0]/"
_FIRST_VALUE = attributes.SIGNATURE


@positive("item-alone", [MACRO + "macro-in-items"], expected=(_ITEM,), algorithms=SOME)
def item_alone(algorithm: MacAlgorithm) -> Forgery:
    """The only signature lies in an item."""
    return replace(in_item(), algorithm=algorithm)


@positive(
    "item-and-whole",
    [LIST + "nested-signatures-skipped", LIST + "recursive-signatures", MACRO + "mac-id-local-lookup"],
    expected=(_MAIN, _ITEM),
    algorithms=SOME,
)
def item_then_whole(algorithm: MacAlgorithm) -> Forgery:
    """An item was signed, then the main data set with that item."""
    return replace(in_item(), algorithm=algorithm).then(place=tags.MAIN_PLACE)


@positive(
    "whole-then-item",
    [LIST + "inner-signature-added", LIST + "nested-signatures-skipped"],
    expected=(_MAIN, _ITEM),
    algorithms=SOME,
)
def whole_then_item(algorithm: MacAlgorithm) -> Forgery:
    """The main data set was signed, then an item of a sequence that its signature covers."""
    return replace(ct(), algorithm=algorithm).then(place=ANATOMY)


@positive(
    "three-levels",
    [LIST + "recursive-signatures", MACRO + "macro-in-items"],
    expected=(Expected(), Expected(_DEEP), Expected(_DEEPER)),
    algorithms=SOME,
)
def three_levels(algorithm: MacAlgorithm) -> Forgery:
    """Signatures at three levels, the innermost made first."""
    innermost = replace(nested(), place=_DEEPER, algorithm=algorithm)
    return innermost.then(place=_DEEP).then(place=tags.MAIN_PLACE)


@positive(
    "items-of-one-sequence",
    [MACRO + "macro-in-items", MACRO + "mac-id-local-lookup"],
    expected=(Expected("/00400555[0]/"), Expected("/00400555[1]/")),
)
def items_of_one_sequence(_: MacAlgorithm) -> Forgery:
    """Two items of one sequence are signed, the main data set is not."""
    return replace(nested(), place="/00400555[0]/").then(place="/00400555[1]/")


def original_attributes(kept: DataSet) -> Sequence:
    """Original Attributes Sequence (0400,0561) with what an instance held before (PS3.3 C.12.1)."""
    return sequence(
        "OriginalAttributesSequence",
        [
            element("AttributeModificationDateTime", "20240701120000"),
            element("ModifyingSystem", "TEST ONLY"),
            element("SourceOfPreviousValues"),
            element("ReasonForTheAttributeModification", "COERCE"),
            Sequence(tag_of("ModifiedAttributesSequence"), (kept,)),
        ],
    )


_HISTORY = "ps3.3-c.12.1-original-attributes-signature-is-history"


@positive("old-signature-kept", [_HISTORY, "ps3.15-e.1-resigning-possible"], algorithms=SOME)
def old_signature_kept(algorithm: MacAlgorithm) -> Forgery:
    """Original Attributes Sequence (0400,0561) keeps the signature of before; the instance was signed anew."""
    old = signed(replace(ct(), algorithm=algorithm))
    changed = ct().on(put(element("PatientName", "TEST^RENAMED"), original_attributes(_macro_of(old))))
    return replace(changed, algorithm=algorithm)


def _macro_of(content: DataSet) -> DataSet:
    return tuple(node for node in content if node.tag in (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES))


@vector(
    "original-attributes-added",
    "creator-ct",
    Outcome.VALID,
    requirements=["ps3.3-c.12.1-original-attributes-neutral", LIST + "unlisted-addition-ignored"],
    algorithms=SOME,
)
def original_attributes_added(twin: Signed) -> bytes:
    """Original Attributes Sequence (0400,0561) joined the instance after signing."""
    return twin.edited(put(original_attributes((element("PatientID", "OLD"),))))


@vector(
    "original-attributes-signed-and-changed",
    "old-signature-kept",
    reason=_MISMATCH,
    requirements=["ps3.3-c.12.1-original-attributes-neutral", "ps3.15-e.1-resigning-possible"],
    algorithms=SOME,
)
def original_attributes_changed(twin: Signed) -> bytes:
    """Original Attributes Sequence (0400,0561) is signed, and what it keeps was changed."""
    return twin.edited(at("/04000561[0]/", revalued(tag_of("ReasonForTheAttributeModification"), b"CORRECT ")))


@vector(
    "inner-signature-removed",
    "item-and-whole",
    Outcome.VALID,
    requirements=[LIST + "inner-signature-removed", LIST + "nested-signatures-skipped"],
    expected=(_MAIN,),
    algorithms=SOME,
)
def inner_signature_removed(twin: Signed) -> bytes:
    """The signature in the item is gone, its MAC parameters are left."""
    return twin.edited(at(ANATOMY, dropped(tags.DIGITAL_SIGNATURES)))


@vector(
    "inner-signature-and-parameters-removed",
    "item-and-whole",
    Outcome.VALID,
    requirements=[LIST + "inner-signature-removed", LIST + "nested-signatures-skipped"],
    expected=(_MAIN,),
    algorithms=SOME,
)
def inner_signature_and_parameters_removed(twin: Signed) -> bytes:
    """The signature in the item is gone with its MAC parameters."""
    return twin.edited(at(ANATOMY, dropped(tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)))


@vector(
    "item-content-changed", "item-alone", reason=_MISMATCH, requirements=[MACRO + "macro-in-items"], algorithms=SOME
)
def item_content_changed(twin: Signed) -> bytes:
    """What the signature in an item covers was changed."""
    return twin.edited(at(ANATOMY, put(element("CodeMeaning", "Foot"))))


@vector(
    "outside-of-signed-item-changed",
    "item-alone",
    Outcome.VALID,
    requirements=[LIST + "unlisted-change-ignored"],
    algorithms=SOME,
)
def outside_of_signed_item_changed(twin: Signed) -> bytes:
    """The data set around a signed item was changed."""
    return twin.edited(put(element("PatientName", "OTHER^ONE")))


@vector(
    "outer-and-inner-content-changed",
    "item-and-whole",
    reason=_MISMATCH,
    requirements=[LIST + "recursive-signatures"],
    algorithms=SOME,
)
def outer_and_inner_content_changed(twin: Signed) -> bytes:
    """An element of the signed item was changed: the signature in it and the one around it are broken."""
    return twin.edited(at(ANATOMY, put(element("CodeMeaning", "Foot"))))


@vector(
    "only-outer-content-changed",
    "item-and-whole",
    reason=_MISMATCH,
    requirements=[LIST + "recursive-signatures"],
    hits=["/#0"],
    algorithms=SOME,
)
def only_outer_content_changed(twin: Signed) -> bytes:
    """An element of the main data set was changed: the signature in the item still holds."""
    return twin.edited(put(element("PatientName", "OTHER^ONE")))


@vector(
    "deepest-level-changed",
    "three-levels",
    reason=_MISMATCH,
    requirements=[LIST + "recursive-signatures"],
    algorithms=SOME,
)
def deepest_level_changed(twin: Signed) -> bytes:
    """An element of the innermost signed item was changed: all three signatures are broken."""
    return twin.edited(at(_DEEPER, put(element("TextValue", "changed"))))


@vector(
    "middle-level-changed",
    "three-levels",
    reason=_MISMATCH,
    requirements=[LIST + "recursive-signatures"],
    hits=["/#0", f"{_DEEP}#0"],
    algorithms=SOME,
)
def middle_level_changed(twin: Signed) -> bytes:
    """An element of the middle item was changed: the innermost signature holds."""
    return twin.edited(at(_DEEP, put(element("TextValue", "changed"))))


@vector(
    "signature-moved-into-item",
    "creator-ct",
    Outcome.INDETERMINATE,
    reason="mac-parameters-missing",
    requirements=[MACRO + "mac-id-local-lookup", MACRO + "signature-without-mac-parameters"],
    expected=(Expected(ANATOMY, integrity=NOT_VALID, structure=(), trust=()),),
    algorithms=SOME,
)
def signature_moved_into_item(twin: Signed) -> bytes:
    """The signature sequence moved into an item; its MAC parameters stayed where they were."""
    sequence_ = next(node for node in twin.content if node.tag == tags.DIGITAL_SIGNATURES)
    return twin.edited(dropped(tags.DIGITAL_SIGNATURES), at(ANATOMY, put(sequence_)))


@vector(
    "macro-moved-into-item",
    "base-ct",
    Outcome.INDETERMINATE,
    reason="mac-mismatch",
    requirements=[MACRO + "mac-id-local-lookup"],
    expected=(Expected(ANATOMY, integrity=NOT_VALID, structure=(), trust=()),),
)
def macro_moved_into_item(twin: Signed) -> bytes:
    """Signature and MAC parameters moved into an item, where none of the listed elements is."""
    return twin.edited(
        dropped(tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS), at(ANATOMY, put(*_macro_of(twin.content)))
    )


@vector(
    "inner-parameters-renumbered",
    "item-and-whole",
    Outcome.ACCEPTABLE,
    requirements=[MACRO + "mac-id-local-lookup"],
    integrity=(Status.VALID,),
    ambiguity="A-18",
    title="The MAC parameters of the main data set bear the number of those in an item; each counts where it stands",
    algorithms=SOME,
)
def inner_parameters_renumbered(twin: Signed) -> bytes:
    """Numbers repeat in two data sets: a failure of the signer since 2008, and without effect on integrity (A-18)."""
    number = put(element("MACIDNumber", 1))
    return twin.forged(parameters=(number,), item=(number,))
