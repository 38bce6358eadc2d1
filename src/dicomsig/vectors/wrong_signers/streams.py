"""MACs that were taken by other rules than those of PS3.3 C.12.1.1.3.1.2, one mistake each."""

from dataclasses import replace
from functools import partial

from dicomsig.signatures.rules import STANDARD
from dicomsig.vectors.wrong_signers.recipe import Twin, WrongSigner, add
from dicomsig.vectors.wrong_signers.twins import ct, group_lengths, item_and_whole, multi_frame_rle, nested

_LIST = "ps3.3-c.12.1.1.3.1.1-"
_STREAM = "ps3.3-c.12.1.1.3.1.2-"

_MISTAKES: tuple[tuple[str, str, Twin, str], ...] = (
    ("sequence_length", _STREAM + "sequence-header-without-length", nested, "The length of each sequence is hashed"),
    ("sequence_delimiter", _STREAM + "sequence-delimiter-always", nested, "No delimiter tag closes a sequence"),
    ("item_length", _STREAM + "item-tag-without-length", nested, "The length of each item is hashed"),
    ("item_delimiter", _LIST + "no-item-delimiter", nested, "A delimiter tag closes each item"),
    (
        "fragment_length",
        _STREAM + "fragment-tag-without-length",
        multi_frame_rle,
        "The length of each fragment is hashed",
    ),
    (
        "fragments_length",
        _STREAM + "encapsulated-header-without-length",
        multi_frame_rle,
        "The undefined length of encapsulated pixel data is hashed",
    ),
    (
        "offset_table",
        "ps3.5-a.4-offset-table-first",
        multi_frame_rle,
        "The Basic Offset Table is not hashed",
    ),
    ("signature_item", _STREAM + "signature-item-appended", ct, "The signature item is not hashed"),
    (
        "signature_item_tag",
        _STREAM + "signature-item-tag-not-hashed",
        ct,
        "The item tag of the signature item is hashed",
    ),
    ("certificate", _STREAM + "certificate-not-hashed", ct, "Certificate of Signer (0400,0115) is hashed"),
    ("group_lengths", _LIST + "no-group-length", group_lengths, "Group lengths in items are hashed"),
    (
        "nested_signatures",
        _LIST + "nested-signatures-skipped",
        item_and_whole,
        "Signature and MAC parameters in an item are hashed from outside",
    ),
)
"""Field of MacRules, row that it breaks, an instance in which it shows, what the signer does."""


_SEEN_TOO = (
    ("sequence_delimiter", _LIST + "sequence-delimiter-implied", nested, "No delimiter tag closes a listed sequence"),
    ("sequence_length", _STREAM + "empty-sequence", nested, "The length of an empty sequence is hashed"),
    ("item_length", _STREAM + "empty-item", nested, "The length of an empty item is hashed"),
)
"""The same mistakes for the rows that they cannot but break as well."""


def _add(field: str, requirement: str, twin: Twin, title: str, name: str) -> None:
    rules = replace(STANDARD, **{field: not getattr(STANDARD, field)})
    add(WrongSigner(name, title, requirement, twin, partial(replace, rules=rules)))


for _field, _requirement, _twin, _title in _MISTAKES:
    _add(_field, _requirement, _twin, _title, f"mac-mistakes-{_field.replace('_', '-')}")
for _field, _requirement, _twin, _title in _SEEN_TOO:
    _add(_field, _requirement, _twin, _title, f"mac-mistakes-{_requirement.removeprefix(_STREAM).removeprefix(_LIST)}")
