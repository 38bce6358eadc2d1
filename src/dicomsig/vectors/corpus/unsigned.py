"""Instances without a live signature: never valid, and not tampered with either (PS3.3 C.12.1.1.3, A-31)."""

from collections.abc import Callable
from functools import partial
from typing import Final

from dicomsig.encoding import tags, write
from dicomsig.vectors.corpus.content import MACRO
from dicomsig.vectors.corpus.places import original_attributes
from dicomsig.vectors.edits import Edit, at, dropped, emptied, put
from dicomsig.vectors.nodes import DataSet, Encoded, Sequence, encode
from dicomsig.vectors.vector import Expected, Outcome
from dicomsig.vectors.writing import DEFAULT, SOME, Signed, vector
from dicomsig.vectors.wrong_signers.twins import ANATOMY

_UNSIGNED: Final = MACRO + "unsigned-is-not-verified"
_OPTIONAL: Final = MACRO + "signatures-sequence-optional"
_TOP: Final = (MACRO + "macro-at-top-level", MACRO + "mac-parameters-optional", "ps3.15-e.1-signatures-removed")
_ORPHAN: Final = (MACRO + "orphan-mac-parameters", "ps3.15-e.1-mac-parameters-may-stay")
_EMPTY: Final = MACRO + "signatures-sequence-empty"
_SIGNATURES, _PARAMETERS = tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS


def _as_un(tag: int) -> Edit:
    """The sequence stands as VR UN of defined length, its content in Implicit VR (PS3.5 6.2.2)."""

    def edit(content: DataSet) -> DataSet:
        from dicomsig.vectors import forms

        def hidden(node: Sequence) -> Encoded:
            body = encode((node,), forms.IMPLICIT)[8:]
            return Encoded(tag, write.encode_element(tag, "UN", body))

        return tuple(hidden(node) if node.tag == tag and isinstance(node, Sequence) else node for node in content)

    return edit


def _history(content: DataSet) -> DataSet:
    kept = tuple(node for node in content if node.tag in (_SIGNATURES, _PARAMETERS))
    return put(original_attributes(kept))(dropped(_SIGNATURES, _PARAMETERS)(content))


_CHANGES: tuple[tuple[str, str, tuple[str, ...], Edit], ...] = (
    (
        "signatures-stripped",
        "Signature and MAC parameters were cut out",
        (_UNSIGNED, _OPTIONAL, *_TOP),
        dropped(_SIGNATURES, _PARAMETERS),
    ),
    (
        "orphan-parameters",
        "The signature was cut out, its MAC parameters were left",
        (_UNSIGNED, *_ORPHAN),
        dropped(_SIGNATURES),
    ),
    (
        "signatures-emptied",
        "Digital Signatures Sequence (FFFA,FFFA) has no item",
        (_EMPTY, _UNSIGNED),
        emptied(_SIGNATURES),
    ),
    (
        "signatures-emptied-and-no-parameters",
        "Digital Signatures Sequence (FFFA,FFFA) has no item, and there are no MAC parameters",
        (_EMPTY,),
        lambda content: dropped(_PARAMETERS)(emptied(_SIGNATURES)(content)),
    ),
    (
        "both-sequences-emptied",
        "Both sequences of the macro are there and empty",
        (_EMPTY,),
        lambda content: emptied(_PARAMETERS)(emptied(_SIGNATURES)(content)),
    ),
    (
        "signature-is-history-only",
        "The only signature is one that Original Attributes Sequence (0400,0561) keeps",
        ("ps3.3-c.12.1-original-attributes-signature-is-history", _UNSIGNED),
        _history,
    ),
)

for _name, _title, _requirements, _edit in _CHANGES:
    vector(
        _name,
        "creator-ct",
        Outcome.UNSIGNED,
        requirements=_requirements,
        algorithms=SOME if _name == "orphan-parameters" else DEFAULT,
        title=_title,
        family="unsigned",
    )(partial(lambda edit, twin: twin.edited(edit), _edit))


@vector(
    "signatures-hidden-as-un",
    "creator-ct",
    Outcome.ACCEPTABLE,
    requirements=["ps3.5-6.2.2-un-content-is-implicit-little-endian"],
    expected=(),
    ambiguity="A-03",
)
def signatures_hidden_as_un(twin: Signed) -> bytes:
    """Digital Signatures Sequence (FFFA,FFFA) has VR UN and a defined length: hidden, unless a reader knows the tag."""
    return twin.edited(_as_un(_SIGNATURES))


@vector(
    "parameters-hidden-as-un",
    "creator-ct",
    Outcome.ACCEPTABLE,
    requirements=[MACRO + "signature-without-mac-parameters"],
    expected=[Expected(integrity=(), structure=(), trust=())],
    ambiguity="A-03",
)
def parameters_hidden_as_un(twin: Signed) -> bytes:
    """MAC Parameters Sequence (4FFE,0001) has VR UN and a defined length."""
    return twin.edited(_as_un(_PARAMETERS))


@vector(
    "item-signature-stripped",
    "item-alone",
    Outcome.UNSIGNED,
    requirements=[_UNSIGNED, MACRO + "macro-in-items"],
)
def item_signature_stripped(twin: Signed) -> bytes:
    """The only signature, one in an item, was cut out; its parameters were left."""
    return twin.edited(at(ANATOMY, dropped(_SIGNATURES)))


Instance = Callable[[Signed], bytes]


def _never_signed(name: str) -> Instance:
    from dicomsig.vectors.instances import instances

    def make(twin: Signed) -> bytes:
        return instances()[name].build()

    return make


for _name in ("ct-implicit", "ct-big-endian", "ct-deflated", "multi-frame-rle", "sr", "nested-undefined-lengths"):
    vector(
        f"never-signed.{_name}",
        f"base-{_name}" if _name in ("multi-frame-rle", "sr") else f"whole-{_name}",
        Outcome.UNSIGNED,
        requirements=(_UNSIGNED, _OPTIONAL, MACRO + "mac-parameters-optional"),
        title="An instance that nobody has signed",
        family="unsigned",
    )(_never_signed(_name))
