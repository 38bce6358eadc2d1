"""One impostor for each choice of `MacRules`: it hashes by the other rule (PS3.3 C.12.1.1.3.1.2)."""

from dataclasses import fields, replace
from typing import Final

from dicomsig.impostors.honest import HonestVerifier, OwnMac
from dicomsig.signatures.rules import STANDARD, MacRules

__all__ = ["rule_impostors"]

_STREAM: Final = "ps3.3-c.12.1.1.3.1.2-"
_CONVICTED_BY: Final = {
    "sequence_length": _STREAM + "sequence-header-without-length",
    "sequence_delimiter": _STREAM + "sequence-delimiter-always",
    "item_length": _STREAM + "item-tag-without-length",
    "item_delimiter": _STREAM + "item-tag-without-length",
    "fragment_length": _STREAM + "fragment-tag-without-length",
    "fragments_length": _STREAM + "encapsulated-header-without-length",
    "offset_table": _STREAM + "offset-table-covered",
    "signature_item": _STREAM + "signature-item-appended",
    "signature_item_tag": _STREAM + "signature-item-tag-not-hashed",
    "certificate": _STREAM + "certificate-not-hashed",
    "group_lengths": "ps3.3-c.12.1.1.3.1.1-group-length-neutral",
    "nested_signatures": "ps3.3-c.12.1.1.3.1.1-nested-signatures-skipped",
}


def rule_impostors() -> tuple[type[HonestVerifier], ...]:
    """A class for each field of `MacRules`, named ``rule-`` and the field."""
    return tuple(_impostor(field.name) for field in fields(MacRules))


def _impostor(field: str) -> type[HonestVerifier]:
    rules = replace(STANDARD, **{field: not getattr(STANDARD, field)})
    members = {
        "__doc__": f"Hashes with `{field}` {getattr(rules, field)}, against the standard.",
        "__module__": __name__,
        "rules": rules,
        "convicted_by": _CONVICTED_BY[field],
    }
    made: type[HonestVerifier] = type("Rule" + "".join(part.title() for part in field.split("_")), (OwnMac,), members)
    made.name = f"rule-{field.replace('_', '-')}"
    return made
