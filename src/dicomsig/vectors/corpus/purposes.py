"""The purpose of a signature is a code that a verifier shows and hashes (PS3.16 CID 7007, A-23)."""

from functools import partial
from typing import Final

from dicomsig.conformance.editions import profile_data
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import Edit, at, dropped, put, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import Node, data_set
from dicomsig.vectors.structures import raw_data_set
from dicomsig.vectors.values import element, sequence
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import SOME, Signed, positive, reforged, vector
from dicomsig.vectors.wrong_signers.twins import purpose_code

_BY_VALUE: Final = "ps3.16-cid-7007-compared-by-value"
_BY_CODE: Final = "ps3.15-c.4-purpose-compared-by-code"
_BASELINE: Final = MACRO + "purpose-baseline-codes"
_COVERED: Final = STREAM + "purpose-covered"
_ITEM: Final = "/fffafffa[0]/"
_PURPOSE: Final = "/fffafffa[0]/04000401[0]/"


def _purpose(*items: tuple[Node, ...]) -> Edit:
    return put(sequence("DigitalSignaturePurposeCodeSequence", *items))


def _with(value: str, scheme: str, meaning: str, algorithm: MacAlgorithm) -> Forgery:
    item = (_purpose(purpose_code(value, scheme, meaning)),)
    return Forgery(data_set(raw_data_set("purposes")), algorithm=algorithm, item=item)


for _row in profile_data()["purpose_codes"]:
    if _row["value"] == "5":  # the purpose of those that are changed below
        continue
    positive(
        f"purpose.{_row['value']}",
        (_BY_VALUE, _COVERED),
        title=f"The purpose is code {_row['value']} of CID 7007",
        family="purposes",
    )(partial(_with, _row["value"], _row["scheme"], _row["meaning"]))

_OTHERS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("author-without-apostrophe", "1", "ASTM-sigpurpose", "Author Signature", _BY_VALUE, "in another spelling"),
    ("verification-with-other-meaning", "5", "ASTM-sigpurpose", "Verified by me", _BY_CODE, "in words of its own"),
    ("private-code", "TEST1", "99TEST", "Test Signature", _BASELINE, "in a private scheme"),
)

for _name, _value, _scheme, _meaning, _requirement, _what in _OTHERS:
    positive(
        f"purpose-{_name}",
        (_requirement,),
        title=f"The purpose is stated {_what}; the MAC is right",
        family="purposes",
    )(partial(_with, _value, _scheme, _meaning))

positive(
    "purpose-stated",
    (_COVERED, _BY_VALUE, _BY_CODE, MACRO + "purpose-two-items-flagged"),
    algorithms=SOME,
    title="The signature item states its purpose, which is hashed",
    family="purposes",
)(partial(_with, "5", "ASTM-sigpurpose", "Verification Signature"))


@positive("purpose-absent", [MACRO + "purpose-optional", _COVERED], algorithms=SOME)
def purpose_absent(algorithm: MacAlgorithm) -> Forgery:
    """The signature item states no purpose."""
    return Forgery(data_set(raw_data_set("purposes")), algorithm=algorithm)


_MISSTATED: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("code-out-of-range", "19", "ASTM-sigpurpose", "Beyond", _BASELINE, "beyond the last code"),
    ("code-with-leading-zero", "05", "ASTM-sigpurpose", "Verification Signature", _BY_CODE, "as 05, no code at all"),
    ("scheme-in-lower-case", "5", "astm-sigpurpose", "Verification Signature", _BASELINE, "under a misspelt scheme"),
)

for _name, _value, _scheme, _meaning, _requirement, _what in _MISSTATED:
    vector(
        f"purpose-{_name}",
        "purpose-stated",
        Outcome.ACCEPTABLE,
        requirements=(_requirement,),
        integrity=(Status.VALID,),
        ambiguity="A-39",
        title=f"The purpose is stated {_what}; the MAC is right",
        family="purposes",
    )(reforged(item=(_purpose(purpose_code(_value, _scheme, _meaning)),)))

_CHANGES: tuple[tuple[str, str, Edit, str], ...] = (
    ("purpose-code-changed", "The purpose was changed from verification to author", revalued(0x00080100, b"1 "), ""),
    ("purpose-scheme-changed", "The scheme of the purpose was changed", revalued(0x00080102, b"99TEST"), _BY_CODE),
    ("purpose-meaning-changed", "The meaning of the purpose was changed", revalued(0x00080104, b"Other "), _BY_VALUE),
    ("purpose-element-added", "An element joined the purpose", put(element("CodingSchemeVersion", "1")), _BASELINE),
    ("purpose-element-dropped", "The meaning of the purpose was removed", dropped(0x00080104), ""),
)

for _name, _title, _edit, _requirement in _CHANGES:
    vector(
        _name,
        "purpose-stated",
        reason="mac-mismatch",
        requirements=(_COVERED, *((_requirement,) if _requirement else ())),
        algorithms=SOME,
        title=_title,
        family="purposes",
    )(lambda twin, edit=_edit: twin.edited(at(_PURPOSE, edit)))  # type: ignore[misc]


@vector(
    "purpose-removed",
    "purpose-stated",
    reason="mac-mismatch",
    requirements=[_COVERED, MACRO + "purpose-optional"],
    algorithms=SOME,
)
def purpose_removed(twin: Signed) -> bytes:
    """The purpose was removed after signing."""
    return twin.edited(at(_ITEM, dropped(attributes.PURPOSE)))


@vector("purpose-added", "purpose-absent", reason="mac-mismatch", requirements=[_COVERED], algorithms=SOME)
def purpose_added(twin: Signed) -> bytes:
    """A purpose was added after signing."""
    return twin.edited(at(_ITEM, _purpose(purpose_code("5"))))


@vector("purpose-item-doubled-later", "purpose-stated", reason="mac-mismatch", requirements=[_COVERED], algorithms=SOME)
def purpose_item_doubled_later(twin: Signed) -> bytes:
    """A second item joined the purpose after signing."""
    two = _purpose(purpose_code("5"), purpose_code("1", meaning="Author's Signature"))
    return twin.edited(at(_ITEM, two))


@vector(
    "purpose-with-two-items",
    "purpose-stated",
    Outcome.INDETERMINATE,
    "purpose-items",
    [MACRO + "purpose-two-items-flagged"],
    integrity=(Status.VALID,),
    structure=(Status.INVALID,),
    algorithms=SOME,
)
def purpose_with_two_items(twin: Signed) -> bytes:
    """Two items of purpose were hashed; the MAC is right and the macro is broken."""
    return twin.forged(item=(_purpose(purpose_code("5"), purpose_code("1", meaning="Author's Signature")),))


@vector(
    "purpose-without-items",
    "purpose-stated",
    Outcome.INDETERMINATE,
    "purpose-items",
    [MACRO + "purpose-two-items-flagged"],
    integrity=(Status.VALID,),
    structure=(Status.INVALID,),
)
def purpose_without_items(twin: Signed) -> bytes:
    """The sequence of the purpose has no item."""
    return twin.forged(item=(_purpose(),))
