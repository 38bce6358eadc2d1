"""Each row on archives that a hop can show is broken by one example and kept by another; lawful hops convict nobody."""

from dataclasses import replace
from functools import cache

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.preservation.evidence import Fate, Hop, Levels, RoundTrip, Service, SoundAndBroken
from dicomsig.conformance.preservation.judge import ArchiveTerms, asked, judged
from dicomsig.conformance.preservation.rows import archive_checks
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Subject
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN, RLE
from dicomsig.vectors.edits import altered, at, dropped, edited, emptied, in_items, in_vr, put, revalued
from dicomsig.vectors.forge import Forgery, signable_tags, signed
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.nodes import Form, Fragments, Leaf, Sequence, encode_instance, without
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.reading import nodes_of

STUDY, PATIENT_ID, SPACING, EMPTY, STATUS = 0x0020000D, 0x00100020, 0x00280030, 0x00081090, 0x01000410
CODES, PRIVATE, CREATOR = 0x00082218, 0x00991001, 0x00990010
NATIVE = Form()
PLAIN = edition("2023b")
A3, A2, LEVEL, COERCION = "ps3.15-a.3-", "ps3.15-a.2-", "ps3.4-b.4.1.4-", "ps3.4-b.4.1.3-"
CODE = (Leaf(0x00080100, "SH", b"T-1"), Leaf(0x00080102, "SH", b"SRT"), Leaf(0x00080104, "LO", b"test"))
MORE = (
    Leaf(EMPTY, "LO"),
    Leaf(CREATOR, "LO", b"TEST"),
    Leaf(PRIVATE, "LO", b"kept"),
    Leaf(0x00991002, "LT", b"x" * 100),
    Leaf(STATUS, "CS", b"AO"),
    Leaf(0x00080012, "DA", b"20240101"),
    Sequence(CODES, (CODE, (Leaf(0x00080100, "SH", b"T-2"),))),
)


@cache
def base(name="ct"):
    content = nodes_of(instance_of(committed_path(name).read_bytes()))
    return edited(content, [put(*MORE)]) if name == "ct" else content


@cache
def signed_base(name="ct", left_out=(STATUS,), form=NATIVE):
    content = base(name)
    listed = tuple(tag for tag in signable_tags(content) if tag not in left_out)
    return signed(Forgery(base=content, listed=listed, form=form))


def unsigned(content):
    return without(content, tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS)


def signed_anew(content, credential=Credential.RSA_3072):
    """What an archive makes that replaces signatures: its own over what the former one covered."""
    plain = unsigned(content)
    listed = tuple(tag for tag in signable_tags(plain) if tag != STATUS)
    return signed(Forgery(base=plain, listed=listed, credential=credential))


def trip(*edits, before=None, after=None, form=NATIVE, after_form=None, **facts):
    one = before if before is not None else signed_base()
    other = edited(after if after is not None else one, edits)
    return RoundTrip(
        before=instance_of(encode_instance(one, form)),
        after=instance_of(encode_instance(other, after_form or form))
        if facts.get("fate", Fate.RETURNED) == "returned"
        else None,
        **facts,
    )


LOST = trip(fate=Fate.LOST)
CLAIMS = Claims(edition=PLAIN, profiles=("bit-preserving", "online-storage"), storage_level=2, signature_level=3)
REPLACING = Claims(edition=PLAIN, profiles=("basic-signatures",), storage_level=2, signature_level=2)
LEVEL_1, LEVEL_2 = Levels(storage=2, signature=1), Levels(storage=2, signature=2)
BROKEN_INPUT = edited(signed_base(), [revalued(tags.PIXEL_DATA, lambda value: value[:-1] + b"\x77")])


def fragments(change):
    return altered(tags.PIXEL_DATA, lambda node: Fragments(node.tag, *change(node.offset_table, node.fragments)))


def rle(*edits):
    form = Form(syntax=RLE)
    return trip(*edits, before=signed_base("mr-rle", form=form), form=form)


def study(uid=b"2.25.999"):
    return revalued(STUDY, uid)


def original_attributes(*modified):
    return put(Sequence(tags.ORIGINAL_ATTRIBUTES, ((Sequence(0x04000550, (modified,)),),)))


def old_value(tag):
    return next(node for node in signed_base() if node.tag == tag)


UNCHANGED = trip()
REPLACED = trip(after=signed_anew(signed_base()), claims=REPLACING)
TURNED = in_items(CODES, lambda items: items[::-1])
PIXELS = revalued(tags.PIXEL_DATA, lambda value: value[:-2] + b"\x55\x55")
FEWER_PARTS = fragments(lambda table, parts: (table, (parts[0][:8], parts[0][8:], *parts[1:])))
FILLED_TABLE = fragments(lambda table, parts: (bytes(4), parts))
OVER_BROKEN = trip(before=BROKEN_INPUT, after=signed_anew(BROKEN_INPUT), claims=REPLACING)
REFUSED = trip(before=BROKEN_INPUT, fate=Fate.REFUSED, claims=REPLACING)
SECURE = Hop(secure=True)
WEB = Hop(Service.STOW_RS, Service.WADO_RS)
STATUS_EDIT = revalued(STATUS, b"NS")
KEEP_STATUS = trip(claims=CLAIMS)

BROKEN_AND_KEPT = {
    A3 + "values-bit-identical": (trip(revalued(0x00080060, b"CT  ")), UNCHANGED),
    A3 + "item-order-kept": (trip(TURNED), UNCHANGED),
    A3 + "elements-kept": (trip(dropped(PRIVATE)), UNCHANGED),
    A3 + "vr-kept": (trip(in_vr(tags.PIXEL_DATA, "OB")), UNCHANGED),
    A3 + "signatures-verify-after-round-trip": (trip(revalued(SPACING, b"1.0\\1.0 ")), UNCHANGED),
    A3 + "no-transcoding-of-signed-pixels": (rle(FEWER_PARTS), rle()),
    A3 + "coercion-conflict": (trip(study()), UNCHANGED),
    LEVEL + "signature-level-3-preserves": (trip(dropped(tags.DIGITAL_SIGNATURES)), UNCHANGED),
    LEVEL + "signature-level-3-all-elements": (trip(dropped(EMPTY)), UNCHANGED),
    LEVEL + "signature-level-3-coercion": (trip(revalued(PATIENT_ID, b"other")), UNCHANGED),
    A2 + "removes-invalidated": (trip(PIXELS, claims=REPLACING), REPLACED),
    A2 + "adds-new-signature": (trip(after=unsigned(signed_base()), claims=REPLACING), REPLACED),
    LEVEL + "signature-level-2-replaces": (trip(after=unsigned(signed_base()), claims=REPLACING), REPLACED),
    A2 + "broken-not-laundered": (OVER_BROKEN, trip(before=BROKEN_INPUT, after=unsigned(BROKEN_INPUT))),
    LEVEL + "signature-level-2-broken-input": (OVER_BROKEN, REFUSED),
    A2 + "guards-stored-objects": (
        trip(after=signed_anew(edited(signed_base(), [PIXELS])), altered_at_rest=(tags.PIXEL_DATA,)),
        trip(PIXELS, altered_at_rest=(tags.PIXEL_DATA,)),
    ),
    A2 + "excludes-bit-preserving": (trip(after=unsigned(signed_base())), REPLACED),
    "ps3.4-b.4.1.1-storage-level-1": (LOST, UNCHANGED),
    "ps3.4-b.4.1.1-storage-level-2": (trip(dropped(PRIVATE), announced=LEVEL_2), trip(announced=LEVEL_2)),
    COERCION + "coercion-answered-with-warning": (trip(study()), trip(study(), status=0xB000)),
    "ps3.4-b.2.3-coercion-warning-code": (trip(study(), status=0xB123), trip(study(), status=0xB000)),
    "ps3.3-c.12.1-creation-date-stable": (trip(revalued(0x00080012, b"20240202")), trip(study())),
    "ps3.18-10.5.2-original-attributes-on-coercion": (
        trip(study(), hop=WEB),
        trip(study(), original_attributes(old_value(STUDY)), hop=WEB),
    ),
    "ps3.5-6.2.2-un-only-from-implicit": (trip(in_vr(PRIVATE, "UN")), UNCHANGED),
    "ps3.5-6.2.2-private-creator-not-un": (trip(in_vr(CREATOR, "UN")), UNCHANGED),
    "ps3.5-7.5-item-order-kept": (trip(TURNED), UNCHANGED),
    "ps3.3-c.12.1-status-values": (trip(revalued(STATUS, b"OK")), trip(STATUS_EDIT)),
    "ps3.15-a.1.1-status-dropped-outside": (KEEP_STATUS, trip(dropped(STATUS))),
    "ps3.15-a.1.1-status-reset-on-receipt": (KEEP_STATUS, trip(STATUS_EDIT)),
    "ps3.15-a.1.1-altered-in-transit-rejected": (
        trip(before=BROKEN_INPUT, fate=Fate.REFUSED, status=0xA900, hop=SECURE, still_there=True),
        trip(before=BROKEN_INPUT, fate=Fate.REFUSED, status=0xA900, hop=SECURE, still_there=False),
    ),
    "ps3.15-a.1.1-full-storage": (trip(dropped(PRIVATE)), trip(STATUS_EDIT)),
    "ps3.15-a.1.1-no-other-change": (trip(revalued(SPACING, b"1.0\\1.0 ")), trip(STATUS_EDIT)),
}  # fmt: skip

SHOULD = {COERCION + "uid-changes-discouraged": (trip(study(), status=0xB000), UNCHANGED)}

DOUBTED = {
    A2 + "new-signature-scope": (
        trip(before=signed_base(left_out=(STATUS, SPACING)), after=signed_anew(base())),
        REPLACED,
    ),
    "ps3.15-a.1.1-copy-status": (trip(hop=SECURE), trip(revalued(STATUS, b"AC"), hop=SECURE)),
    LEVEL + "signature-level-1-no-replacement": (
        trip(after=signed_anew(signed_base()), announced=LEVEL_1),
        trip(announced=LEVEL_1),
    ),
    "ps3.4-b.4.1.1-empty-type-3-dropped": (trip(dropped(EMPTY), announced=LEVEL_1), None),
    "ps3.5-7.4.5-empty-type-3-equals-absent": (trip(dropped(EMPTY)), None),
    "ps3.5-7.8-private-blocks": (
        trip(
            dropped(CREATOR), dropped(PRIVATE), dropped(0x00991002),
            put(Leaf(0x00990011, "LO", b"TEST"), Leaf(0x00991101, "LO", b"kept"), Leaf(0x00991102, "LT", b"x" * 100)),
        ),
        UNCHANGED,
    ),
    "ps3.4-b.2.3-no-signature-status": (
        trip(before=BROKEN_INPUT, status=0x1234),
        trip(before=BROKEN_INPUT, status=0xA900),
    ),
}  # fmt: skip

NOTED = {
    COERCION + "coercible-elements": (trip(study(), revalued(0x00080060, b"MR")), trip(study())),
    COERCION + "coercible-issuer": (
        trip(put(Leaf(0x00100021, "LO", b"B ")), PIXELS, before=edited(base(), [put(Leaf(0x00100021, "LO", b"A "))])),
        trip(put(Leaf(0x00100021, "LO", b"B ")), before=edited(base(), [put(Leaf(0x00100021, "LO", b"A "))])),
    ),
    COERCION + "codes-converted": (trip(at("/00082218[0]/", revalued(0x00080100, b"12345 "))), None),
    COERCION + "other-corrections": (trip(study(), revalued(0x00080060, b"MR"), status=0xB000), None),
    LEVEL + "signature-level-1": (trip(after=unsigned(signed_base())), UNCHANGED),
    "ps3.5-6.2.2-un-for-long-values": (
        trip(altered(0x00991002, lambda node: Leaf(node.tag, "UN", bytes(0x10000)))),
        None,
    ),
    A3 + "elements-may-be-added": (
        trip(put(Leaf(0x00100040, "CS", b"O")), PIXELS, before=signed(Forgery(base=without(base(), 0x00100040)))),
        trip(put(Leaf(0x00100040, "CS", b"O")), before=signed(Forgery(base=without(base(), 0x00100040)))),
    ),
}


def finding(requirement, seen):
    return archive_checks()[requirement].ask(seen)


@pytest.mark.parametrize("requirement", BROKEN_AND_KEPT)
def test_what_breaks_a_row_is_told_from_what_keeps_it(requirement):
    """One example breaks the row, its twin keeps it; the row is one that can fail."""
    broken, kept = BROKEN_AND_KEPT[requirement]
    assert register()[requirement].strength.can_fail
    found = finding(requirement, broken)
    assert found.answer == "broken"
    assert found.expected
    assert found.found
    assert finding(requirement, kept).answer == "holds"


@pytest.mark.parametrize("requirement", [*SHOULD, *NOTED])
def test_what_the_standard_permits_or_recommends_convicts_nobody(requirement):
    """Permissions are noted and recommendations give a warning; neither fails."""
    broken, kept = {**SHOULD, **NOTED}[requirement]
    assert not register()[requirement].strength.can_fail
    assert finding(requirement, broken).answer == "broken"
    assert kept is None or finding(requirement, kept).answer == "holds"
    outcome = judged(broken, "archive/case", Subject(), ArchiveTerms(PLAIN))
    assert all(each.result != "fail" for each in outcome.results if each.requirement == requirement)


@pytest.mark.parametrize("requirement", DOUBTED)
def test_what_is_open_is_doubted(requirement):
    """Where the ambiguities say warning, the finding is doubtful."""
    doubtful, kept = DOUBTED[requirement]
    assert finding(requirement, doubtful).answer == "doubtful"
    assert kept is None or finding(requirement, kept).answer == "holds"


def test_every_check_of_a_hop_is_shown():
    """No check of a round trip is without its example here."""
    shown = {*BROKEN_AND_KEPT, *SHOULD, *DOUBTED, *NOTED, "ps3.4-b.4.1.1-storage-level-0"}
    assert shown == {name for name, check in archive_checks().items() if check.evidence == "trip"}


def test_who_refuses_for_another_reason_or_over_a_plain_connection_is_not_asked():
    """The rule is on what was altered on a secure way; what is taken shows no check of integrity (PS3.15 A.1.1)."""
    requirement = "ps3.15-a.1.1-altered-in-transit-rejected"
    kept = trip(before=BROKEN_INPUT, fate=Fate.REFUSED, status=0xA900, hop=SECURE, still_there=True)
    assert finding(requirement, replace(kept, hop=Hop())) is None
    assert finding(requirement, replace(kept, before=UNCHANGED.before)) is None
    assert finding(requirement, replace(kept, still_there=None)) is None
    assert finding(requirement, trip(before=BROKEN_INPUT, hop=SECURE)) is None


def test_a_level_0_system_may_lose_everything():
    """What a level 0 system loses is no fault, and no other row convicts it (PS3.4 B.4.1.1)."""
    lost = trip(fate=Fate.LOST, announced=Levels(storage=0))
    assert finding("ps3.4-b.4.1.1-storage-level-0", lost).answer == "holds"
    assert fails(lost) == set()


def test_a_broken_signature_has_to_leave_a_trace_or_a_warning():
    """Another status or fate shows that signatures are checked; the same answer to both is doubtful (A-29)."""
    sound = REPLACED
    refused = trip(before=BROKEN_INPUT, fate=Fate.REFUSED, status=0xA900)
    silent = SoundAndBroken(sound, OVER_BROKEN)
    for requirement in (A2 + "validates-received", LEVEL + "signature-level-2-validates"):
        assert finding(requirement, SoundAndBroken(sound, refused)).answer == "holds"
        assert finding(requirement, silent).answer == "doubtful"


def test_signature_levels_need_storage_level_2():
    """A claim of a signature level beside another storage level contradicts itself (PS3.4 B.4.1.4)."""
    requirement = LEVEL + "levels-need-storage-level-2"
    assert finding(requirement, CLAIMS).answer == "holds"
    assert finding(requirement, replace(CLAIMS, storage_level=1)).answer == "broken"
    assert finding(requirement, replace(CLAIMS, storage_level=None)) is None


def fails(seen, **terms):
    outcome = judged(seen, "archive/case", Subject(), ArchiveTerms(PLAIN, **terms))
    return {each.requirement for each in outcome.results if each.result == "fail"}


LAWFUL = {
    "lengths": trip(after_form=Form(undefined_sequences=True, undefined_items=True)),
    "group lengths and trailing padding": trip(after_form=Form(group_lengths=True, trailing_padding=12)),
    "additions": trip(put(Leaf(0x00080056, "CS", b"ONLINE"))),
    "a further signature": trip(after=signed(Forgery(base=signed_base(), listed=(0x00080018, 0x0020000D)))),
    "implicit VR": trip(after_form=Form(syntax=IMPLICIT_LITTLE_ENDIAN)),
    "big endian": trip(after_form=Form(syntax=EXPLICIT_BIG_ENDIAN)),
    "fetched as it was from implicit VR": trip(form=Form(syntax=IMPLICIT_LITTLE_ENDIAN)),
    "private elements from implicit VR": trip(
        in_vr(PRIVATE, "UN"), form=Form(syntax=IMPLICIT_LITTLE_ENDIAN), after_form=NATIVE
    ),
    "a broken signature that stays broken": trip(before=BROKEN_INPUT),
    "refused": trip(fate=Fate.REFUSED, status=0xA900),
    "unreached": trip(fate=Fate.UNREACHED),
    "decoded pixels": trip(
        altered(tags.PIXEL_DATA, lambda node: Leaf(node.tag, "OW", bytes(512))),
        revalued(0x00280004, b"MONOCHROME2 "),
        before=signed_base("mr-rle", form=Form(syntax=RLE)), form=Form(syntax=RLE), after_form=NATIVE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LAWFUL)
def test_a_lawful_hop_convicts_nobody(case):
    """What the standard lets change fails nothing, even under a claim of bit preservation and level 3."""
    claims = replace(CLAIMS, profiles=("bit-preserving",))
    assert fails(replace(LAWFUL[case], claims=claims), claims=claims) == set()


@pytest.mark.parametrize("claims", [replace(CLAIMS, profiles=("bit-preserving",)), REPLACING], ids=["A.3", "A.2"])
@pytest.mark.parametrize("seen", [trip(PIXELS), trip(after=unsigned(signed_base())), trip(fate=Fate.LOST)])
def test_what_somebody_else_did_to_the_store_convicts_nobody(seen, claims):
    """Altered, unsigned or taken out behind the back of the archive: only signing it anew would be held against it."""
    assert fails(replace(seen, claims=claims, altered_at_rest=(tags.PIXEL_DATA,)), claims=claims) == set()
    assert fails(replace(seen, claims=claims), claims=claims)


def test_an_instance_that_could_not_be_fetched_leaves_a_row_of_each_profile_open():
    """Nothing passes and nothing fails; what is claimed stays inconclusive."""
    outcome = judged(
        replace(LAWFUL["unreached"], claims=CLAIMS), "archive/case", Subject(), ArchiveTerms(PLAIN, CLAIMS)
    )
    assert outcome.passed == ()
    assert {each.result for each in outcome.results} == {"inconclusive"}
    assert A3 + "signatures-verify-after-round-trip" in {each.requirement for each in outcome.results}


def test_an_instance_whose_uids_may_have_been_coerced_is_not_called_lost():
    """Whoever answers B000 and is asked for the former UIDs may have it under others (PS3.4 B.4.1.3)."""
    assert fails(trip(fate=Fate.LOST)) == {"ps3.4-b.4.1.1-storage-level-1"}
    assert fails(trip(fate=Fate.LOST, status=0xB000)) == set()


def test_what_is_not_claimed_is_told_and_does_not_fail():
    """Without claims an archive that breaks signatures fails what every archive has to do, and no more."""
    changed = trip(revalued(0x00080060, b"CT  "))
    outcome = judged(changed, "archive/case", Subject(), ArchiveTerms(PLAIN))
    assert [each.requirement for each in outcome.results if each.result == "fail"] == []
    assert "profile-not-met" in {each.code for each in outcome.observations}


def test_a_level_that_is_announced_counts_like_one_that_is_claimed():
    """Whoever announces level 3 on the wire is held to it (PS3.4 B.4.1.4)."""
    spelled = trip(revalued(SPACING, b"1.0\\1.0 "), announced=Levels(2, 3, 0))
    assert LEVEL + "signature-level-3-preserves" in fails(spelled)
    assert A3 + "signatures-verify-after-round-trip" not in fails(spelled)


def test_a_failure_names_the_element_and_the_first_byte_that_differs():
    """The message has tag, kind and offset, and no value."""
    found = finding(A3 + "values-bit-identical", trip(revalued(0x00080060, b"MR")))
    pixels = instance_of(encode_instance(signed_base(), NATIVE))
    modality = next(each for each in pixels.elements if each.tag == 0x00080060)
    assert f"(0008,0060) Modality: value changed (2 bytes), byte {modality.value}" in found.found
    assert found.reason == "value-changed"
    broken = finding(LEVEL + "signature-level-3-preserves", trip(revalued(0x00080060, b"MR")))
    assert "/#0 was valid and is invalid" in broken.found
    assert "(0008,0060) Modality" in broken.found


def test_a_change_outside_all_signatures_of_a_coercible_element_is_a_warning():
    """A level 3 archive that coerces what nobody signed is doubted, not convicted (A-28)."""
    seen = trip(
        revalued(PATIENT_ID, b"other"), before=signed_base(left_out=(STATUS, PATIENT_ID)), status=0xB000, claims=CLAIMS
    )
    claims = replace(CLAIMS, profiles=("bit-preserving",))
    assert fails(replace(seen, claims=claims), claims=claims) == set()
    assert finding(A3 + "coercion-conflict", seen).answer == "doubtful"


def test_a_status_that_was_not_seen_leaves_coercion_open():
    """From a folder nobody can tell what storing was answered with."""
    assert finding(COERCION + "coercion-answered-with-warning", trip(study(), status=None)).answer == "unknown"


def test_replacement_counts_only_by_a_declared_certificate():
    """A new signature by somebody else is no replacement by the archive (PS3.15 A.2)."""
    stranger = replace(REPLACED, declared=lambda certificate: False)
    assert finding(A2 + "adds-new-signature", stranger).answer == "broken"
    assert finding(A2 + "adds-new-signature", trip(claims=CLAIMS)) is None


def test_where_it_is_known_what_was_altered_nothing_else_is_held_against_a_new_signature():
    """A new signature over elements that were not altered is told from one over the altered one (PS3.15 A.2)."""
    requirement = A2 + "broken-not-laundered"
    elsewhere = signed(Forgery(base=unsigned(BROKEN_INPUT), listed=(STUDY,), credential=Credential.RSA_3072))
    seen = trip(before=BROKEN_INPUT, after=elsewhere)
    assert finding(requirement, replace(seen, altered=(tags.PIXEL_DATA,))).answer == "holds"
    assert finding(requirement, seen).answer == "broken"
    assert finding(requirement, replace(OVER_BROKEN, altered=(tags.PIXEL_DATA,))).answer == "broken"


def test_types_are_those_of_the_definition():
    """A Type 2 element with a value has to come back at level 1, one of Type 3 need not (PS3.4 B.4.1.1)."""
    requirement = "ps3.4-b.4.1.1-storage-level-1"
    declared = Levels(storage=1)
    assert finding(requirement, trip(dropped(PATIENT_ID), announced=declared)).answer == "broken"
    assert finding(requirement, trip(dropped(PATIENT_ID))).answer == "doubtful"  # its level is not known
    assert finding(requirement, trip(dropped(PRIVATE), announced=declared)).answer == "holds"
    assert (
        finding(requirement, trip(dropped(0x00080020), before=edited(signed_base(), [emptied(0x00080020)]))).answer
        == "doubtful"
    )


def test_a_vr_that_is_newer_than_2008_may_be_unknown():
    """UN for OV or UC is doubted, UN for LO is not (PS3.5 6.2)."""
    requirement = "ps3.5-6.2.2-un-only-from-implicit"
    newer = edited(base(), [put(Leaf(0x00991003, "OV", bytes(8)))])
    assert finding(requirement, trip(in_vr(0x00991003, "UN"), before=newer)).answer == "doubtful"
    assert finding(requirement, trip(in_vr(0x00991003, "UN"), in_vr(PRIVATE, "UN"), before=newer)).answer == "broken"


def test_an_item_more_breaks_what_a_signature_covers_and_nothing_else():
    """Additions are lawful where they leave signatures as they were (PS3.15 A.3)."""
    more = in_items(CODES, lambda items: (*items, CODE))
    unsigned_codes = signed_base(left_out=(STATUS, CODES))
    assert finding(A3 + "elements-kept", trip(more)).answer == "broken"
    assert finding(A3 + "elements-kept", trip(more, before=unsigned_codes)).answer == "holds"


def test_an_empty_item_is_no_element_with_a_value():
    """Level 2 keeps what has a value; that an item without elements went is told by A.3 alone."""
    sparse = signed(Forgery(base=edited(base(), [in_items(CODES, lambda items: (*items, ()))]), listed=(STUDY,)))
    seen = trip(in_items(CODES, lambda items: items[:2]), before=sparse, announced=LEVEL_2)
    assert finding("ps3.4-b.4.1.1-storage-level-2", seen).answer == "holds"
    assert finding(A3 + "elements-kept", seen).answer == "broken"


def test_whoever_announces_no_coercion_is_held_to_it():
    """The byte is judged by what the archive then does; a respelling is no coercion (PS3.4 B.3.1.2)."""
    requirement = "ps3.4-b.3.1.2-coercion-byte"
    no_coercion = Levels(2, 1, 0)
    assert requirement in fails(trip(study(), announced=no_coercion, status=0xB000))
    assert requirement not in fails(trip(study(), announced=Levels(2, 1, 1), status=0xB000))
    assert requirement not in fails(trip(study(), status=0xB000))
    assert requirement not in fails(trip(revalued(0x00080060, b"CT  "), announced=no_coercion))
    assert requirement not in fails(trip(PIXELS, announced=no_coercion))  # damage is another thing


def test_rows_of_another_edition_are_not_asked():
    """The issuer of a patient ID is coercible since 2017b."""
    names = {row.requirement.id for row in asked(UNCHANGED, ArchiveTerms(edition("2011")))}
    assert COERCION + "coercible-issuer" not in names
    assert COERCION + "coercible-elements" in names
    only = ArchiveTerms(PLAIN, only=frozenset((A3 + "vr-kept",)))
    assert [row.requirement.id for row in asked(UNCHANGED, only)] == [A3 + "vr-kept"]
