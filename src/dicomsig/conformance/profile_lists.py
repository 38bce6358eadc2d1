"""The lists of PS3.15 C.2, C.3 and C.4 name the attributes and modules that a signature has to cover.

An item stands in an edition for certain when the list was read with it both in an edition not later and in one not
earlier: nothing ever left the lists of C.2 and C.3. Everything else that may stand there is uncertain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dicomsig.conformance.editions import profile_data
from dicomsig.conformance.module_tables import keyword_of, tags
from dicomsig.conformance.names import UnknownName, did_you_mean, quoted

__all__ = ["CLAUSES", "ListItem", "list_items", "standing"]

CLAUSES: Final = {"creator": "C.2", "authorization": "C.3", "structured-report": "C.4"}

_NAMED: Final = {  # how the register calls the attributes that the lists name one by one
    "SOPClassUID": "sop-class-uid",
    "SOPInstanceUID": "sop-instance-uid",
    "InstanceCreationDate": "creation-date",
    "InstanceCreationTime": "creation-time",
    "StudyInstanceUID": "study-instance-uid",
    "SeriesInstanceUID": "series-instance-uid",
    "CurrentRequestedProcedureEvidenceSequence": "current-evidence",
    "PertinentOtherEvidenceSequence": "other-evidence",
    "PredecessorDocumentsSequence": "predecessor-documents",
    "ObservationDateTime": "observation-datetime",
    "VerificationFlag": "flag",
    "VerifyingObserverSequence": "observer-sequence",
}
_VERIFICATION_DATETIME: Final = 0x0040A030  # lies inside (0040,A073) and is covered through it


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list: either one attribute (`tag`, `keyword`) or a module with the PS3.3 modules it stands for.

    `number` is the item number in the clause, `requirement` the id of its row in the register. `plural` marks a module
    that is meant only if the plural of the text is read as several modules. `verified` marks what only the signature of
    a verified report has to cover (PS3.15 C.4).
    """

    profile: str
    number: int
    requirement: str
    module: str
    since: str
    tag: int | None = None
    keyword: str = ""
    modules: tuple[str, ...] = ()
    until: str = ""
    last_without: str = ""
    plural: bool = False
    verified: bool = False


@cache
def list_items(profile: str) -> tuple[ListItem, ...]:
    """The items of a profile's list in all editions, attributes named one by one first; none for `base` (C.1).

    Raises `UnknownName` for a name that is not base, creator, authorization or structured-report.
    """
    if profile == "base":
        return ()
    if profile not in CLAUSES:
        hint = did_you_mean(profile, ["base", *CLAUSES])
        raise UnknownName(f"{quoted(profile)} is not a signature profile of PS3.15 Annex C.{hint}")
    items = _report_items() if profile == "structured-report" else _module_list_items(profile)
    return tuple(sorted(items, key=lambda item: item.tag is None))


def standing(item: ListItem, label: str) -> str | None:
    """An empty text when the item stands in this edition, None when it does not, else why that is uncertain."""
    clause = f"PS3.15 {CLAUSES[item.profile]}"
    if label < item.since:
        if item.last_without and label <= item.last_without:
            return None
        return f"item {item.number} of {clause} was first seen in edition {item.since}"
    if item.until and label > item.until:
        if any(item.until < read <= label for read in profile_data()["editions"]):
            return None
        return f"item {item.number} of {clause} was last seen in edition {item.until}"
    if not any(read >= label and _was_read(item, read) for read in profile_data()["editions"]):
        return f"item {item.number} of {clause} was not read in edition {label} or a later one"
    if item.plural:
        return f"the plural in item {item.number} of {clause} may or may not mean the {item.module} Module"
    return ""


def _was_read(item: ListItem, data_label: str) -> bool:
    """Whether this item of the list was read in an edition; of the partly read ones only the upper half of the list."""
    counts: dict[str, Any] = profile_data()["list_items"][data_label]
    if item.profile == "structured-report" or not counts.get("assumed"):
        return True
    return item.number * 2 <= int(counts[item.profile])


def _module_list_items(profile: str) -> Iterator[ListItem]:
    clause = CLAUSES[profile].lower()
    for row in profile_data()[profile]:
        number, module, since = row["clause_item"], row["module"], row["since"]
        for text in row.get("attributes", ()):
            for tag in tags(text):
                keyword = keyword_of(tag)
                requirement = f"ps3.15-{clause}-{_NAMED[keyword]}"
                yield ListItem(profile, number, requirement, module, since, tag, keyword)
        if "attributes" not in row:
            plural = row.get("reading") == "plural"
            stem = "MR Spectroscopy" if plural else module  # the register has one row for the plural
            yield ListItem(
                profile, number, f"ps3.15-{clause}-module-{_slug(stem)}", module, since,
                modules=tuple(row.get("maps_to", (module,))),
                until=row.get("until", ""),
                last_without=row.get("last_without", "") or _last_read_before(since),
                plural=plural,
            )  # fmt: skip


def _report_items() -> Iterator[ListItem]:
    report = profile_data()["structured_report"]
    for key, prefix in (("attributes", ""), ("verified_additional", "verified-")):
        for row in report[key]:
            for tag in tags(row["tag"]):
                if tag != _VERIFICATION_DATETIME:
                    name = f"ps3.15-c.4-{prefix}{_NAMED[row['keyword']]}"
                    yield ListItem(
                        "structured-report", row["clause_item"], name, "", report["since"], tag, row["keyword"],
                        verified=bool(prefix),
                    )  # fmt: skip
    for row in report["modules"]:
        module = row["module"]
        name = f"ps3.15-c.4-module-{_slug(module)}"
        yield ListItem("structured-report", row["clause_item"], name, module, row["since"], modules=(module,))


def _last_read_before(since: str) -> str:
    """The newest edition before `since` whose list was read as a whole, or an empty text."""
    data = profile_data()
    whole = [read for read in data["editions"] if read < since and not data["list_items"][read].get("assumed")]
    return whole[-1] if whole else ""


def _slug(module: str) -> str:
    return module.lower().replace(" ", "-").replace("/", "-")
