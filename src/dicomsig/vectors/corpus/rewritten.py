"""Signed instances written in another form: no value changes, and every signature stays valid (A-27, PS3.5 7.5)."""

from functools import partial

from dicomsig.encoding import tags
from dicomsig.encoding.tags import Tag
from dicomsig.vectors import forms
from dicomsig.vectors.corpus.content import LIST, STREAM
from dicomsig.vectors.edits import Edit, at, inserted, put
from dicomsig.vectors.nodes import DataSet, Encoded, Form, Leaf, Sequence, encode
from dicomsig.vectors.values import leaf
from dicomsig.vectors.vector import Flag, Outcome
from dicomsig.vectors.writing import DEFAULT, SOME, Signed, vector

_LENGTHS = (STREAM + "length-form-neutral", "ps3.5-7.5.1-both-item-forms", "ps3.5-7.5.2-both-sequence-forms")
_FORMS: dict[str, tuple[Form, str, tuple[str, ...], tuple[Flag, ...]]] = {
    "undefined-lengths": (forms.UNDEFINED_LENGTHS, "undefined lengths throughout", _LENGTHS, ()),
    "undefined-sequences": (forms.MIXED_LENGTHS, "undefined sequence and defined item lengths", _LENGTHS, ()),
    "undefined-items": (Form(undefined_items=True), "defined sequence and undefined item lengths", _LENGTHS, ()),
    "group-lengths": (
        forms.GROUP_LENGTHS,
        "a group length in every group, items and signature item too",
        (LIST + "group-length-neutral", "ps3.5-7.2-group-length-parsed"),
        (),
    ),
    "trailing-padding": (
        forms.TRAILING_PADDING,
        "Data Set Trailing Padding (FFFC,FFFC)",
        (LIST + "trailing-padding-neutral", "ps3.10-7.2-trailing-padding-ignored"),
        (),
    ),
    "implicit": (forms.IMPLICIT, "Implicit VR Little Endian", (STREAM + "transfer-syntax-may-differ",), ()),
    "big-endian": (
        forms.BIG_ENDIAN,
        "Explicit VR Big Endian",
        (STREAM + "big-endian-received", "ps3.5-7.3-little-endian-values", "ps3.5-a.3-big-endian-retired"),
        (Flag.RETIRED_SYNTAX,),
    ),
    "deflated": (forms.DEFLATED_STORED, "deflated form", ("ps3.5-a.5-deflated-object-verifies",), (Flag.DEFLATED,)),
    "everything": (
        Form(undefined_sequences=True, undefined_items=True, group_lengths=True, trailing_padding=2),
        "undefined lengths, group lengths and trailing padding",
        _LENGTHS,
        (),
    ),
}
_TWINS = {
    "nested": ("three-levels", SOME),
    "ct": ("creator-ct", DEFAULT),
    "enhanced-ct": ("creator-enhanced-ct", DEFAULT),
    "report": ("report-sr-verified", DEFAULT),
}


def _rewritten(form: Form, twin: Signed) -> bytes:
    return twin.encoded(form)


for _kind, (_twin, _algorithms) in _TWINS.items():
    for _name, (_form, _what, _requirements, _flags) in _FORMS.items():
        vector(
            f"{_kind}-rewritten-with-{_name}",
            twin=_twin,
            outcome=Outcome.VALID,
            requirements=_requirements,
            algorithms=_algorithms,
            title=f"After signing the instance was rewritten with {_what}",
            family="rewritten",
            flags=_flags,
        )(partial(_rewritten, _form))

_FRAGMENT_FORMS = ("undefined-lengths", "group-lengths", "trailing-padding")


def _compressed(form: Form, twin: Signed) -> bytes:
    return twin.encoded(
        Form(
            twin.form.syntax,
            form.undefined_sequences,
            form.undefined_items,
            form.group_lengths,
            form.trailing_padding,
        )
    )


for _name in _FRAGMENT_FORMS:
    _form, _what, _requirements, _flags = _FORMS[_name]
    vector(
        f"compressed-rewritten-with-{_name}",
        twin="base-multi-frame-rle",
        outcome=Outcome.VALID,
        requirements=_requirements,
        algorithms=SOME,
        title=f"After signing the compressed instance was rewritten with {_what}",
        family="rewritten",
        flags=_flags,
    )(partial(_compressed, _form))


@vector(
    "file-without-preamble",
    twin="creator-ct",
    outcome=Outcome.VALID,
    requirements=[LIST + "file-meta-never-covered"],
)
def file_without_preamble(twin: Signed) -> bytes:
    """A bare data set in Implicit VR, without preamble and File Meta Information."""
    return twin.encoded(forms.BARE)


@vector(
    "file-meta-changed",
    twin="creator-ct",
    outcome=Outcome.VALID,
    requirements=[LIST + "file-meta-never-covered"],
)
def file_meta_changed(twin: Signed) -> bytes:
    """Implementation Version Name (0002,0013) is another; File Meta Information is never signed."""
    return twin.data.replace(b"TEST_ONLY", b"OTHER_ONE", 1)


@vector("preamble-filled", twin="creator-ct", outcome=Outcome.VALID)
def preamble_filled(twin: Signed) -> bytes:
    """The preamble is that of a TIFF file (PS3.10 7.1)."""
    return b"II*\0\x08\0\0\0".ljust(128, b"\x5a") + twin.data[128:]


def _padding(count: int) -> Edit:
    return inserted(leaf(tags.TRAILING_PADDING, "OB", bytes(count)))


@vector(
    "trailing-padding-in-item",
    twin="whole-nested",
    outcome=Outcome.VALID,
    requirements=[LIST + "trailing-padding-neutral", "ps3.10-7.2-trailing-padding-ignored"],
    algorithms=SOME,
)
def trailing_padding_in_item(twin: Signed) -> bytes:
    """An item of a signed sequence ends in Data Set Trailing Padding (FFFC,FFFC)."""
    return twin.edited(at("/00400555[0]/", _padding(6)))


@vector(
    "trailing-padding-in-signature-item",
    twin="creator-ct",
    outcome=Outcome.VALID,
    requirements=[LIST + "trailing-padding-neutral"],
    algorithms=SOME,
)
def trailing_padding_in_signature_item(twin: Signed) -> bytes:
    """The signature item ends in Data Set Trailing Padding (FFFC,FFFC)."""
    return twin.edited(at("/fffafffa[0]/", _padding(6)))


@vector(
    "length-to-end-added",
    twin="creator-ct",
    outcome=Outcome.VALID,
    requirements=[LIST + "unlisted-addition-ignored"],
)
def length_to_end_added(twin: Signed) -> bytes:
    """Length to End (0008,0001) joined the instance after signing; it is never signed."""
    return twin.edited(put(leaf(tags.LENGTH_TO_END, "UL", 0)))


def _group_length(group: int, length: int) -> Leaf:
    return leaf(group << 16, "UL", length)


@vector(
    "group-length-in-one-item",
    twin="whole-nested",
    outcome=Outcome.VALID,
    requirements=[LIST + "group-length-neutral"],
    algorithms=SOME,
)
def group_length_in_one_item(twin: Signed) -> bytes:
    """One item of a signed sequence has a group length, its neighbours have none."""
    return twin.edited(at("/00400555[1]/", _with_group_length))


def _with_group_length(content: DataSet) -> DataSet:
    inner = tuple(node for node in content if node.tag >> 16 == 0x0040)
    return put(_group_length(0x0040, len(encode(inner, Form()))))(content)


@vector(
    "items-in-both-forms",
    twin="whole-nested",
    outcome=Outcome.VALID,
    requirements=_LENGTHS,
    algorithms=SOME,
)
def items_in_both_forms(twin: Signed) -> bytes:
    """One sequence has an undefined length and its neighbours a defined one."""
    return twin.edited(_as_undefined(0x00400555))


def _as_undefined(tag: Tag) -> Edit:
    def edit(content: DataSet) -> DataSet:
        return tuple(
            Encoded(tag, encode((node,), forms.UNDEFINED_LENGTHS))
            if node.tag == tag and isinstance(node, Sequence)
            else node
            for node in content
        )

    return edit


@vector(
    "group-fffa-element-added",
    twin="creator-ct",
    outcome=Outcome.VALID,
    requirements=["ps3.6-6-no-other-tags-in-groups"],
)
def group_fffa_element_added(twin: Signed) -> bytes:
    """Another element of group FFFA joined the data set; the whole group is never signed."""
    return twin.edited(put(leaf(0xFFFAFFF0, "LO", "TEST")))


@vector(
    "unsigned-item-element-of-group-fffa",
    twin="whole-nested",
    outcome=Outcome.VALID,
    requirements=["ps3.6-6-no-other-tags-in-groups", LIST + "nested-signatures-skipped"],
    algorithms=SOME,
)
def unsigned_item_element_of_group_fffa(twin: Signed) -> bytes:
    """Another element of group FFFA joined an item of a signed sequence."""
    return twin.edited(at("/00400555[0]/", put(leaf(0xFFFAFFF0, "LO", "TEST"))))
