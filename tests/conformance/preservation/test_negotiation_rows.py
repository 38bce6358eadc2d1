"""Each row on associations is broken by one answer on the wire and kept by another (PS3.4 B.3.1, PS3.7 D.3.3.5)."""

from dataclasses import replace

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.preservation.associations import AssociationSeen, AssociationTwins, ContextSeen, SubItem
from dicomsig.conformance.preservation.evidence import Levels
from dicomsig.conformance.preservation.judge import ArchiveTerms, judged
from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.conformance.results import Subject
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
OFFERED = (SubItem(CT, bytes((2, 0, 3, 0, 0, 0))),)
CLAIMS = Claims(edition=edition("2023b"), storage_level=2, signature_level=3)


def raw(name, information, *, kind=0x56, more=0, uid_more=0):
    uid = name.encode()
    body = (len(uid) + uid_more).to_bytes(2, "big") + uid + information
    return bytes((kind, 0)) + (len(body) + more).to_bytes(2, "big") + body


def answer(*information, claims=None, **facts):
    items = tuple(SubItem(CT, bytes(each), raw(CT, bytes(each))) for each in information)
    return AssociationSeen(requested=OFFERED, answered=items, claims=claims, **facts)


def request(*information):
    return AssociationSeen(requested=tuple(SubItem(CT, bytes(each)) for each in information), opened_by_peer=True)


def contexts(*seen):
    return AssociationSeen(contexts=tuple(ContextSeen(*each) for each in seen), requested=OFFERED)


GOOD = answer((2, 0, 3, 0, 0, 0))
EXPLICIT, IMPLICIT = EXPLICIT_LITTLE_ENDIAN_UID, IMPLICIT_LITTLE_ENDIAN_UID
IMPLICIT_ONLY = contexts((CT, (EXPLICIT,), ""), (CT, (IMPLICIT,), IMPLICIT))
BOTH = contexts((CT, (EXPLICIT,), EXPLICIT), (CT, (IMPLICIT,), IMPLICIT), (MR, (EXPLICIT,), ""))

ANSWERS = {
    "ps3.4-b.3.1.2-six-bytes": (answer((2, 0, 3, 0, 0)), GOOD),
    "ps3.4-b.3.1.2-storage-level-byte": (answer((4, 0, 0, 0, 0, 0)), GOOD),
    "ps3.4-b.3.1.2-signature-level-byte": (answer((2, 0, 4, 0, 0, 0)), GOOD),
    "ps3.4-b.3.1.2-coercion-byte": (answer((2, 0, 2, 0, 3, 0)), GOOD),
    "ps3.4-b.3.1.2-reserved-bytes-zero": (answer((2, 0, 3, 0, 0, 1)), GOOD),
    "ps3.4-b.3.1-signature-level-needs-level-2": (answer((1, 0, 3, 0, 0, 0)), GOOD),
    "ps3.7-d.3.3.5-no-unrequested-answer": (replace(GOOD, requested=()), GOOD),
    "ps3.7-d.3.3.5-one-sub-item-per-class": (answer((2, 0, 3, 0, 0, 0), (2, 0, 3, 0, 0, 0)), GOOD),
    "ps3.7-d.3.3.5.1-item-type": (replace(GOOD, answered=(SubItem(CT, b"", raw(CT, b"", kind=0x57)),)), GOOD),
    "ps3.7-d.3.3.5.1-lengths": (replace(GOOD, answered=(SubItem(CT, b"", raw(CT, b"", more=1)),)), GOOD),
    "ps3.4-b.3.1-optional": (AssociationSeen.refused(), AssociationSeen()),
    "ps3.15-a.3-explicit-vr": (IMPLICIT_ONLY, BOTH),
    "ps3.15-a.3-implicit-only-cannot-claim": (IMPLICIT_ONLY, BOTH),
    "ps3.4-b.4.1.4-signature-level-3-explicit-vr": (IMPLICIT_ONLY, BOTH),
    "ps3.4-b.3.1.1-six-bytes": (request((3, 0, 0, 0, 2, 0, 0)), request((3, 0, 0, 0, 2, 0))),
    "ps3.4-b.3.1.1-storage-level-byte": (request((5, 0, 0, 0, 2, 0)), request((3, 0, 0, 0, 2, 0))),
    "ps3.4-b.3.1.1-signature-level-byte": (request((2, 0, 9, 0, 2, 0)), request((2, 0, 3, 0, 0, 0))),
    "ps3.4-b.3.1.1-coercion-byte": (request((3, 0, 0, 0, 3, 0)), request((3, 0, 0, 0, 2, 0))),
    "ps3.4-b.3.1.1-reserved-bytes-zero": (request((3, 1, 0, 0, 2, 0)), request((3, 0, 0, 0, 2, 0))),
}


def finding(requirement, seen):
    return archive_checks()[requirement].ask(seen)


@pytest.mark.parametrize("requirement", ANSWERS)
def test_what_breaks_a_row_on_the_wire_is_told_from_what_keeps_it(requirement):
    """One association breaks the row, its twin keeps it."""
    broken, kept = ANSWERS[requirement]
    found = finding(requirement, broken)
    assert found.answer == "broken"
    assert found.expected
    assert found.found
    assert finding(requirement, kept).answer == "holds"


def test_every_check_of_an_association_is_shown():
    """No check of an association or of twins is without its example here."""
    doubted = {"ps3.4-b.3.1-coercion-contradicts-level-3"}
    of_association = {name for name, check in archive_checks().items() if check.evidence == "association"}
    assert of_association == {*ANSWERS, *doubted}
    assert {name for name, check in archive_checks().items() if check.evidence == "twins"} == TWINS


@pytest.mark.parametrize("wrong", [{"more": 1}, {"uid_more": 99}])
def test_a_sub_item_that_cannot_be_read_breaks_one_row(wrong):
    """What stands in an answer with wrong lengths is not taken for its content."""
    seen = AssociationSeen(requested=OFFERED, answered=(SubItem("", b"", raw(CT, b"\2", **wrong)),))
    outcome = judged(seen, "archive/association", Subject(), ArchiveTerms(edition()))
    failed = [each.requirement for each in outcome.results if each.result == "fail"]
    assert failed == ["ps3.7-d.3.3.5.1-lengths"]


def test_level_3_with_coercion_is_doubted():
    """The pair contradicts itself and is not forbidden (A-28)."""
    requirement = "ps3.4-b.3.1-coercion-contradicts-level-3"
    assert finding(requirement, answer((2, 0, 3, 0, 1, 0))).answer == "doubtful"
    assert finding(requirement, GOOD).answer == "holds"
    assert finding(requirement, answer((2, 0, 2, 0, 1, 0))) is None


@pytest.mark.parametrize(("byte", "name"), [(0, "storage-level-byte"), (2, "signature-level-byte")])
def test_an_answer_agrees_with_the_claims(byte, name):
    """A level other than the one claimed fails; SCU only in one association is no claim of storage."""
    information = [2, 0, 3, 0, 0, 0]
    requirement = f"ps3.4-b.3.1.2-{name}"
    assert finding(requirement, answer(information, claims=CLAIMS)).answer == "holds"
    information[byte] = 1
    assert finding(requirement, answer(information, claims=CLAIMS)).reason == "negotiation-differs-from-claims"
    assert finding(requirement, answer((3, 0, 0, 0, 2, 0), claims=CLAIMS)).answer == "holds"


def test_rows_on_requests_look_at_requests_of_the_archive_alone():
    """What we wrote ourselves is never judged."""
    ours = AssociationSeen(requested=(SubItem(CT, b"\xff" * 7),))
    for requirement in ANSWERS:
        if requirement.startswith(("ps3.4-b.3.1.1", "ps3.4-b.3.1.2", "ps3.7-d.3.3.5.1", "ps3.7-d.3.3.5-one")):
            assert finding(requirement, ours) is None


def test_no_answer_is_no_fault():
    """Extended negotiation is optional: an archive that answers nothing fails nothing."""
    outcome = judged(AssociationSeen(requested=OFFERED), "archive/association", Subject(), ArchiveTerms(edition()))
    assert outcome.results == ()


def test_explicit_vr_is_explicit_vr_little_endian():
    """Where only a compressed syntax was proposed beside Implicit VR, nothing is said of explicit VR."""
    compressed = contexts((CT, ("1.2.840.10008.1.2.4.90",), ""), (CT, (IMPLICIT,), IMPLICIT))
    assert finding("ps3.15-a.3-explicit-vr", compressed) is None


TWINS = {
    "ps3.4-b.3.1.1-reserved-bytes-ignored",
    "ps3.4-b.3.1.1-default-scu-only",
    "ps3.7-d.3.3.5.1-reserved-byte",
}


@pytest.mark.parametrize("requirement", sorted(TWINS))
def test_what_says_nothing_changes_nothing(requirement):
    """The same answer with and without reserved bytes holds; refusal or another answer does not."""
    plain = replace(GOOD, contexts=BOTH.contexts)
    assert finding(requirement, AssociationTwins(requirement, plain, plain)).answer == "holds"
    assert finding(requirement, AssociationTwins("another", plain, plain)) is None
    refused = AssociationSeen.refused(OFFERED)
    assert finding(requirement, AssociationTwins(requirement, plain, refused)).answer == "broken"
    assert finding(requirement, AssociationTwins(requirement, refused, plain)) is None
    said = GOOD.answered[0].information
    echoing = replace(plain, answered=(SubItem(CT, bytes((said[0], 255, said[2], 255, said[4], 255))),))
    assert finding(requirement, AssociationTwins(requirement, plain, echoing)).answer == "holds"
    fewer = replace(plain, contexts=IMPLICIT_ONLY.contexts)
    assert finding(requirement, AssociationTwins(requirement, plain, fewer)).answer == "broken"


@pytest.mark.parametrize("information", [b"", b"\x02", bytes(5), bytes(7), b"\xff" * 6, b"\x02\x00\x03\x00\x00\x00"])
def test_any_application_information_is_read(information):
    """Whatever bytes come, levels are known or unknown and nothing raises."""
    levels = Levels.announced(information)
    assert levels.signature in (None, 3)
    seen = AssociationSeen(requested=OFFERED, answered=(SubItem(CT, information, information),))
    judged(seen, "archive/association", Subject(), ArchiveTerms(edition(), CLAIMS))
    assert seen.levels(CT) == levels
    assert seen.levels(MR) == Levels()
