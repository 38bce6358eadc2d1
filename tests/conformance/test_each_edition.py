"""One object, each edition: what is due differs as profiles, modules and iods.json state, and in nothing else.

The expectation is computed here a second time, from the three files alone and by the rules that they state.
"""

import json
from dataclasses import replace
from functools import cache

import pytest

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig import resources
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.edition_changes import State, element_changes, list_changes, moments
from dicomsig.conformance.editions import edition
from dicomsig.conformance.finding import Answer
from dicomsig.conformance.names import UnknownName
from dicomsig.conformance.sop_classes import sop_class
from dicomsig.conformance.views import judged
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import forge
from dicomsig.vectors.values import element, sequence
from dicomsig.vectors.wrong_signers.twins import ct

pytestmark = pytest.mark.slow

LABELS = (*map(str, range(2008, 2014)), *(f"{year}{letter}" for year in range(2014, 2025) for letter in "abcde"))
"""Every edition there was, and labels between them."""

CLAUSES = {"creator": "c.2", "authorization": "c.3"}
OPEN, DUE = State.OPEN, State.DUE


@cache
def content(name):
    return json.loads((resources.content("profiles") / name).read_text(encoding="utf-8"))


def listed(row, profile, label):
    """Whether an item stands in the list: True, False, or None where the texts read do not say."""
    data = content("profiles.json")
    counts = data["list_items"]
    complete = [read for read in data["editions"] if "assumed" not in counts[read]]
    if label < row["since"]:
        before = row.get("last_without") or max((read for read in complete if read < row["since"]), default="")
        return False if label <= before else None
    until = row.get("until")
    if until and label > until:
        return False if label >= min(read for read in data["editions"] if read > until) else None
    seen = [read for read in data["editions"] if read in complete or row["clause_item"] * 2 <= counts[read][profile]]
    if label > max(seen) or row.get("reading") == "plural":
        return None
    return True


@cache
def timed(module):
    """The attributes of a module that came or went: tag to (last edition in the old state, first in the new, old)."""
    data, found = content("modules.json"), {}
    for row in data["changed"]:
        if row["module"] == module:
            came = row["change"] == "added"
            before, after = ("last_without", "first_with") if came else ("last_with", "first_without")
            found.setdefault(row["tag"], []).append((row[before], row[after], not came))
    for row in data["moved"]:
        if module in (row["from"], row["to"]):
            for each in row["attributes"]:
                old = module == row["from"]
                found.setdefault(each.split()[0], []).append((row["last_in_from"], row["first_in_to"], old))
    return found


def in_module(module, tag, label):
    """Whether an attribute belongs to a module: True, False, or None; the rule is that of modules.json."""
    states = [state(label, *times) for times in timed(module).get(tag, ())]
    if False in states:
        return False
    return None if None in states or label < content("modules.json")["first_read"].get(module, "") else True


def state(label, before, after, old):
    return old if label <= before else not old if label >= after else None


def included(iod, module, label):
    """Whether an IOD includes a module: True, False, or None; the retired Curve Module may stand in any (C.2)."""
    aside = ("Curve", "General Equipment", "SR Document General", "SR Document Content")
    if label < content("iods.json")["first_read"].get(iod, "") and module not in aside:
        return None if module in content("iods.json")["iods"][iod] else False
    for row in content("iods.json")["changed"]:
        if (row["iod"], row["module"]) == (iod, module):
            came = row["change"] == "added"
            before, after = ("last_without", "first_with") if came else ("last_with", "first_without")
            return state(label, row[before], row[after], not came)
    return module == "Curve" or module in content("iods.json")["iods"][iod]


@cache
def members(module):
    return {row["tag"] for row in content("modules.json")["modules"][module]} | set(timed(module))


@cache
def rows(profile):
    """The items of a list; that of PS3.15 C.4 is written in another way."""
    data = content("profiles.json")
    if profile != "structured-report":
        return data[profile]
    report = data["structured_report"]
    named = [*report["attributes"], *(row for row in report["verified_additional"] if row["tag"] != "(0040,A030)")]
    return [{**row, "attributes": [row["tag"]], "since": "2008"} for row in named] + report["modules"]


@cache
def expected(profile, iod, label):
    """The elements that are due or open for an IOD in an edition, by tag as text."""
    found = {}
    for row in rows(profile):
        stands = profile == "structured-report" or listed(row, profile, label)
        for tag in row.get("attributes", ()):
            if stands is not False:
                found[tag] = DUE if stands else found.get(tag, OPEN)
        if "attributes" in row or stands is False:
            continue
        for module in row.get("maps_to", [row["module"]]):
            held = included(iod, module, label)
            for tag in members(module) if held is not False else ():
                belongs = in_module(module, tag, label)
                if belongs is not False:
                    found[tag] = DUE if stands and held and belongs else found.get(tag, OPEN)
    return found


LISTED = {module for p in CLAUSES for row in rows(p) for module in row.get("maps_to", [row["module"]])
          if "attributes" not in row} - {"Curve"}  # fmt: skip


def covering():
    """SOP Classes by IOD, so that each module that C.2 or C.3 names belongs to one, as does each IOD that changed."""
    iods = content("iods.json")
    classes = {iod: uid for uid, iod in reversed(iods["sop_classes"].items())}
    chosen = dict.fromkeys(["ct-image", *(row["iod"] for row in iods["changed"])])
    missing = LISTED - {module for iod in chosen for module in iods["iods"][iod]}
    while missing:
        best = max(classes, key=lambda iod: len(missing.intersection(iods["iods"][iod])))
        chosen[best] = None
        assert missing & set(iods["iods"][best]), missing
        missing -= set(iods["iods"][best])
    return {iod: classes[iod] for iod in chosen}


CLASSES = covering()


def folded(tag):
    """A tag as the files write it, repeating groups as one."""
    group = "50xx" if tag >> 24 == 0x50 else "60xx" if tag >> 24 == 0x60 else f"{tag >> 16:04X}"
    return f"({group},{tag & 0xFFFF:04X})"


def state_at(changes, label):
    """The states that a list of changes leads to in an edition."""
    found = {}
    for each in changes:
        if each.moment.label < label or (each.moment.label == label and not each.moment.after):
            found[folded(each.tag)] = each.state
    return {tag: state for tag, state in found.items() if state is not State.NOT_DUE}


@pytest.mark.parametrize(
    ("profile", "iod"),
    [
        *((profile, iod) for profile in ("creator", "authorization") for iod in CLASSES),
        *(("structured-report", iod) for iod in CLASSES if "SR Document Content" in content("iods.json")["iods"][iod]),
    ],
)
def test_the_changes_are_those_of_the_data(profile, iod):
    """For each edition the elements that are due and those that are open are the ones that the three files state."""
    changes = list(element_changes(profile, CLASSES[iod], verified=True))
    for label in LABELS:
        assert state_at(changes, label) == expected(profile, iod, label), label


@cache
def sparse():
    """A CT with elements that came or went, and a signature over the SOP Instance UID alone."""
    values = {"AcquisitionNumber": 1, "AcquisitionDate": "20240102", "ColorSpace": "SRGB", "DeviceUID": "1.2.3"}
    values |= {"DateOfManufacture": "20200102"}
    sequences = ("SourceImageSequence", "RealWorldValueMappingSequence")
    more = (*(element(each, value) for each, value in values.items()), *(sequence(each, ()) for each in sequences))
    return forge(replace(ct().on(put(*more)), listed=(tags.SOP_INSTANCE_UID,)))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("profile", ["creator", "authorization"])
def test_one_object_is_judged_in_each_edition_by_what_is_due_there(profile, label):
    """Of elements that are present and not signed those that are due fail, and those that are open are open."""
    (signature,) = judged(instance_of(sparse()), edition(label)).signatures
    wanted = expected(profile, "ct-image", label)
    unsigned = {folded(tag) for tag in signature.present} - {folded(tags.SOP_INSTANCE_UID)}
    rows = signature.coverage(profile).values()
    assert {folded(each.tag) for row in rows for each in row.missing} == {t for t in unsigned if wanted.get(t) == DUE}
    assert {folded(each.tag) for row in rows for each in row.uncertain} == {
        t for t in unsigned if wanted.get(t) == OPEN
    }
    row = registered()[f"ps3.15-{CLAUSES[profile]}-module-general-image"]
    assert row.ask(signature).answer is Answer.BROKEN


def test_between_two_editions_nothing_changes():
    """The changes happen at the moments that the data name: a label between two of them gives what is open there."""
    labels = {moment.edition for moment in moments()}
    assert {"2008", "2008a", "2016c", "2016d", "2017c", "2024e"} <= labels
    assert [str(moment) for moment in moments()][-1] == "2024e"
    assert "after 2021a" not in {str(moment) for moment in moments()}  # 2021b follows at once


def test_reasons_name_no_label_that_was_made_up():
    """A time between two editions is told by the one before it."""
    for each in (*element_changes("creator", CLASSES["ct-image"]), *list_changes("creator")):
        if each.moment.after:
            assert f"edition {each.moment.edition}" not in each.why
        assert bool(each.why) is (each.state is OPEN)


def test_lists_change_as_the_counts_say():
    """The items of a list that stand in an edition are as many as were counted there."""
    counts = content("profiles.json")["list_items"]
    for profile in ("creator", "authorization"):
        for label in ("2008", "2011", "2013", "2014a", "2016a", "2023b"):
            now = {}
            for each in list_changes(profile):
                if each.moment.label < label or (each.moment.label == label and not each.moment.after):
                    now[each.name, each.module] = each.state
            standing = {row["clause_item"] for row in content("profiles.json")[profile] if listed(row, profile, label)}
            beyond_display = 1 if profile == "authorization" else 0  # item 3 is what the approver sees
            assert len(standing) == counts[label][profile] - beyond_display
            assert sum(state is DUE for state in now.values()) >= len(standing)


@pytest.mark.parametrize(
    "name", ["CT Image Storage", "ct image", "CTImageStorage", "ct-image", "1.2.840.10008.5.1.4.1.1.2"]
)
def test_a_sop_class_has_many_names(name):
    """UID, name, keyword and IOD mean the same SOP Class."""
    found = sop_class(name)
    assert (found.uid, found.iod) == (CLASSES["ct-image"], "ct-image")


def test_an_unknown_sop_class_is_an_error_with_a_hint():
    """A name that nobody knows is an error; an unknown UID may be private."""
    with pytest.raises(UnknownName, match="Did you mean 'CT Image Storage'"):
        sop_class("CT Imag")
    assert sop_class("1.2.826.0.1.3680043.2.1143.107.104.103.1").iod == ""
    assert list(element_changes("creator", "1.2.826.0.1.3680043.2.1143.107.104.103.1"))


def test_nothing_moves_for_a_report_signature_but_its_modules():
    """The list of PS3.15 C.4 is the same in every edition read."""
    assert {str(each.moment) for each in list_changes("structured-report")} == {"2008"}
