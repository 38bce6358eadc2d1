"""Several signatures in one data set: each is judged for itself (PS3.3 C.12.1.1.3.1.2, A-18)."""

from dataclasses import replace
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import LIST, MACRO, STREAM, due, profiled
from dicomsig.vectors.edits import Edit, in_items, put, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import DataSet, Leaf
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.values import element
from dicomsig.vectors.vector import Expected, Outcome
from dicomsig.vectors.writing import ALL, SOME, Signed, positive, vector
from dicomsig.vectors.wrong_signers.twins import ct

_MISMATCH: Final = "mac-mismatch"
_MAIN: Final = Expected()
_TWO: Final = (Expected(), Expected(number=1))
_FIRST_VALUE: Final = attributes.SIGNATURE


@positive("two-signatures", [STREAM + "other-signatures-not-hashed"], expected=_TWO, algorithms=SOME)
def two_with_own_parameters(algorithm: MacAlgorithm) -> Forgery:
    """Two signatures over the same elements, each with MAC parameters of its own."""
    return replace(ct(), algorithm=algorithm).then()


@positive("parameters-shared", [STREAM + "mac-parameters-shareable"], expected=_TWO, algorithms=SOME)
def parameters_shared(algorithm: MacAlgorithm) -> Forgery:
    """Two signers share one item of MAC Parameters Sequence (4FFE,0001)."""
    return replace(ct(), algorithm=algorithm).then(own_parameters=False, credential=Credential.RSA_3072)


@positive(
    "six-signatures", [STREAM + "other-signatures-not-hashed"], expected=tuple(Expected(number=n) for n in range(6))
)
def six_signatures(_: MacAlgorithm) -> Forgery:
    """Six signatures, one by each algorithm."""
    made = replace(ct(), algorithm=ALL[0])
    for algorithm in ALL[1:]:
        made = made.then(algorithm=algorithm)
    return made


@positive("lists-differ", [STREAM + "other-signatures-not-hashed"], expected=_TWO, algorithms=SOME)
def lists_differ(algorithm: MacAlgorithm) -> Forgery:
    """Two signatures cover different elements: one the patient, the other the pixels."""
    patient = (0x00100010, 0x00100020)
    return replace(ct(), algorithm=algorithm, listed=patient).then(listed=(0x00080018, tags.PIXEL_DATA))


@vector("first-signature-removed", "two-signatures", Outcome.VALID, expected=(_MAIN,), algorithms=SOME)
def first_signature_removed(twin: Signed) -> bytes:
    """The first of two signatures is gone; the other is now number 0."""
    return twin.edited(in_items(tags.DIGITAL_SIGNATURES, lambda items: items[1:]))


@vector("signature-order-reversed", "two-signatures", Outcome.VALID, algorithms=SOME)
def signature_order_reversed(twin: Signed) -> bytes:
    """The two signature items exchanged their places."""
    return twin.edited(in_items(tags.DIGITAL_SIGNATURES, lambda items: items[::-1]))


@vector(
    "parameters-order-reversed",
    "two-signatures",
    Outcome.VALID,
    requirements=[MACRO + "mac-id-resolves"],
    algorithms=SOME,
)
def parameters_order_reversed(twin: Signed) -> bytes:
    """The two items of MAC parameters exchanged their places; the numbers tell which is whose."""
    return twin.edited(in_items(tags.MAC_PARAMETERS, lambda items: items[::-1]))


def _damaged(number: int) -> Edit:
    flipped = revalued(_FIRST_VALUE, lambda value: bytes((value[0] ^ 1,)) + value[1:])
    return in_items(
        tags.DIGITAL_SIGNATURES,
        lambda items: tuple(flipped(item) if index == number else item for index, item in enumerate(items)),
    )


for _number, _ordinal in enumerate(("first", "second")):
    vector(
        f"{_ordinal}-of-two-signatures-damaged",
        "two-signatures",
        reason="signature-not-by-key",
        requirements=(STREAM + "other-signatures-not-hashed",),
        hits=(f"/#{_number}",),
        algorithms=SOME,
        title=f"The {_ordinal} of two signature values is damaged, the other is not",
        family="several",
    )(lambda twin, number=_number: twin.edited(_damaged(number)))  # type: ignore[misc]


@vector("one-of-six-signatures-damaged", "six-signatures", reason="signature-not-by-key", hits=["/#4"])
def one_of_six_signatures_damaged(twin: Signed) -> bytes:
    """The fifth of six signatures is damaged, the others are not."""
    return twin.edited(_damaged(4))


@vector(
    "damage-of-shared-content",
    "parameters-shared",
    reason=_MISMATCH,
    requirements=[STREAM + "mac-parameters-shareable"],
    algorithms=SOME,
)
def damage_of_shared_content(twin: Signed) -> bytes:
    """What both signers signed was changed: both signatures are broken."""
    return twin.edited(put(element("PatientName", "OTHER^ONE")))


@vector(
    "patient-of-two-lists-changed",
    "lists-differ",
    reason=_MISMATCH,
    requirements=[LIST + "unlisted-change-ignored"],
    hits=["/#0"],
    algorithms=SOME,
)
def patient_of_two_lists_changed(twin: Signed) -> bytes:
    """Only the signature over the patient is broken, that over the pixels holds."""
    return twin.edited(put(element("PatientName", "OTHER^ONE")))


def _swapped_values(items: tuple[DataSet, ...]) -> tuple[DataSet, ...]:
    def value(item: DataSet) -> bytes:
        return next(node.value for node in item if node.tag == _FIRST_VALUE and isinstance(node, Leaf))

    first, second = items
    return revalued(_FIRST_VALUE, value(second))(first), revalued(_FIRST_VALUE, value(first))(second)


@vector("signature-values-exchanged", "two-signatures", reason=_MISMATCH, algorithms=SOME)
def signature_values_exchanged(twin: Signed) -> bytes:
    """Two signatures by one key exchanged their values."""
    return twin.edited(in_items(tags.DIGITAL_SIGNATURES, _swapped_values))


_BESIDE: tuple[tuple[str, str, str], ...] = (
    ("creator-beside-broken-authorization", "ct", "ps3.15-c.2-independent-of-others"),
    ("report-beside-broken-creator", "sr-verified", "ps3.15-c.4-independent-of-others"),
)


def _both(name: str, algorithm: MacAlgorithm) -> Forgery:
    own, other = ("creator", "authorization") if name == "ct" else ("structured-report", "creator")
    first = profiled(name, own)(algorithm)
    return first.then(listed=tuple(sorted({*due(first.base, other), 0x00100010})), item=())


for _name, _instance, _requirement in _BESIDE:
    positive(
        f"{_name}-before",
        (_requirement,),
        expected=_TWO,
        algorithms=SOME,
        title="Two signatures of two profiles, the second with Patient's Name (0010,0010) in its list",
        family="several",
    )(lambda algorithm, instance=_instance: _both(instance, algorithm))  # type: ignore[misc]
    vector(
        _name,
        f"{_name}-before",
        reason=_MISMATCH,
        requirements=(_requirement,),
        hits=("/#1",),
        algorithms=SOME,
        title="Patient's Name (0010,0010) was changed: the signature that covers it is broken, the other holds",
        family="several",
    )(lambda twin: twin.edited(put(element("PatientName", "OTHER^ONE"))))


@vector(
    "twelve-signatures-one-right",
    "base-ct",
    reason="signature-not-by-key",
    expected=[
        Expected(),
        *(Expected(number=number, integrity=(Status.INVALID,), structure=(), trust=()) for number in range(1, 12)),
    ],
)
def twelve_signatures_one_right(twin: Signed) -> bytes:
    """The signature sequence has twelve items; each but the first is damaged."""
    damaged = revalued(_FIRST_VALUE, lambda value: value[:-1] + bytes((value[-1] ^ 1,)))
    return twin.edited(in_items(tags.DIGITAL_SIGNATURES, lambda items: (items[0], *(damaged(items[0]),) * 11)))
