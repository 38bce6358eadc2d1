"""Report and Authorization rows where sound readings differ, or where only one signature of several counts."""

from dataclasses import replace

import pytest

from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.finding import HOLDS, Answer
from dicomsig.conformance.module_tables import iod_modules
from dicomsig.conformance.profile_lists import list_items
from dicomsig.conformance.register import Scope, register
from dicomsig.conformance.reports import is_report
from dicomsig.encoding import tags
from dicomsig.vectors.edits import at, dropped, in_items, put, revalued
from dicomsig.vectors.values import element, fixed_uid, sequence, tag_of
from dicomsig.vectors.views import ask, view
from dicomsig.vectors.wrong_signers.reports import author, report, verified, with_purpose
from dicomsig.vectors.wrong_signers.twins import ct, of

REPORT, BASIC = "ps3.15-c.4-", "ps3.15-a.4-"
BY_PROFILE = BASIC + "signs-by-structured-report-profile"
OBSERVERS = tag_of("VerifyingObserverSequence")
EVIDENCE = "/0040a375[0]/00081115[0]/00081199[0]/"


def answer(requirement, forgery, number=0):
    finding = ask(requirement, view(forgery), number)
    return None if finding is None else finding.answer


def test_a_verification_signature_in_an_item_does_not_verify_the_report():
    """The additional elements are those of the main data set, which a signature in an item cannot cover."""
    in_item = replace(verified(), place="/0040a730[0]/")
    both = in_item.then(place=tags.MAIN_PLACE, item=author(verified()).item, listed=None)
    assert [signature.signature.place for signature in view(both).signatures] == ["/", "/0040a730[0]/"]
    assert answer(REPORT + "verification-purpose", both) is Answer.BROKEN
    assert answer(REPORT + "verification-purpose", verified()) is Answer.HOLDS


def test_what_others_signed_is_not_asked_of_the_product():
    """The rows of a whole report, and of Basic SR, speak of reports that the product signed."""
    whole = view(verified().on(in_items(OBSERVERS, lambda items: items * 2)), is_own=lambda verdict: False)
    rows = [
        name
        for name, check in registered().items()
        if check.scope is Scope.INSTANCE and register()[name].profile in ("structured-report", "basic-sr")
    ]
    assert len(rows) >= 8
    assert {name: ask(name, whole) for name in rows} == dict.fromkeys(rows)


def test_basic_sr_looks_at_the_verification_signature_of_a_verified_report():
    """A complete author's signature does not stand in for a verification signature that lacks something."""
    both = author(verified()).then(listed=verified().leaving_out(OBSERVERS).listed, item=verified().item)
    finding = ask(BY_PROFILE, view(both))
    assert finding.answer is Answer.BROKEN
    assert finding.found.startswith("ps3.15-c.4-verified-observer-sequence is broken and 1 more: ")


def test_basic_sr_asks_for_what_concerns_the_whole_report():
    """Two verifying observers break the report profile, and so PS3.15 A.4, whatever is signed."""
    two = verified().on(in_items(OBSERVERS, lambda items: items * 2))
    assert answer(BY_PROFILE, two) is Answer.BROKEN
    assert answer(BY_PROFILE, verified()) is Answer.HOLDS


def test_basic_sr_is_open_where_the_report_profile_is():
    """What cannot be told of the report profile cannot be told of PS3.15 A.4 either."""
    forgery = report().on(put(element("DeviceUID", fixed_uid("device"))))
    whole = view(forgery.leaving_out(tag_of("DeviceUID")), "2017c")
    assert ask(REPORT + "module-general-equipment", whole).answer is Answer.UNKNOWN
    assert ask(BY_PROFILE, whole).answer is Answer.UNKNOWN


@pytest.mark.parametrize("name", ["ct", "comprehensive-sr"])
def test_modules_outside_the_iod_are_never_acquitted(name):
    """A signed element that only a module outside the IOD holds says nothing of that module (A-35)."""
    whole = view(of(name))
    has = iod_modules({"ct": "ct-image", "comprehensive-sr": "comprehensive-sr"}[name])
    outside = {
        item.requirement
        for item in list_items("authorization")
        if item.modules and not has & set(item.modules) and item.module != "Curve"
    }
    assert len(outside) > 15
    assert [row for row in outside if ask(row, whole) is not None] == []


def test_what_only_modules_outside_the_iod_hold_is_a_warning():
    """An unsigned element of that kind deserves a warning and no conviction, for an approver too (A-35)."""
    whole = view(ct().leaving_out(tag_of("RescaleSlope")))
    rows = [name for name in registered() if register()[name].profile == "authorization" and "module" in name]
    found = {name: finding.answer for name in rows if (finding := ask(name, whole)) not in (None, HOLDS)}
    assert found
    assert set(found.values()) == {Answer.DOUBTFUL}


def test_a_key_object_selection_owes_what_it_has():
    """It has neither flag nor predecessor nor verification; its signature states a purpose (A-24)."""
    signed = author(of("key-object-selection"))
    assert answer(REPORT + "purpose-required", signed) is Answer.HOLDS
    assert answer(REPORT + "current-evidence", signed) is Answer.HOLDS
    assert answer(REPORT + "module-sr-document-content", signed) is Answer.HOLDS
    assert answer(REPORT + "predecessor-documents", signed) is None
    assert answer(REPORT + "verification-purpose", signed) is None
    assert answer(REPORT + "purpose-required", of("key-object-selection")) is Answer.BROKEN
    assert answer(BASIC + "current-evidence-secured", signed) is not None


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        ("1.2.840.10008.5.1.4.1.1.88.11", True),
        ("1.2.840.10008.5.1.4.1.1.88.59", True),
        ("1.2.840.10008.5.1.4.1.1.79.1", True),
        ("1.2.840.10008.5.1.4.1.1.88.99", True),
        ("1.2.840.10008.5.1.4.1.1.88", False),
        ("1.2.840.10008.5.1.4.1.1.2", False),
        ("1.2.840.10008.5.1.4.1.1.104.1", False),
        ("1.2.826.0.1.3680043.2.1143.107.104.103.1", False),
        ("", False),
    ],
)
def test_reports_are_known_by_their_sop_class(uid, expected):
    """Reports and key object selections are known by IOD, those newer than the data by their arc (A-24)."""
    assert is_report(uid) is expected


@pytest.mark.parametrize("value", ["UNVERIFIED", "VERIFIED^", "verified", ""])
def test_only_one_word_makes_a_report_verified(value):
    """Verification Flag is compared as it is written (PS3.3 C.17.2)."""
    forgery = author(verified()).on(put(element("VerificationFlag", value)))
    assert answer(REPORT + "verification-purpose", forgery) is None
    assert answer(REPORT + "verified-flag", verified()) is Answer.HOLDS


def test_a_signature_reference_secures_evidence_too():
    """A reference is secured by signature or by digest (PS3.15 A.4)."""
    reference = sequence(
        "ReferencedDigitalSignatureSequence",
        [element("DigitalSignatureUID", fixed_uid("signature")), element("Signature", bytes(256))],
    )
    row = BASIC + "current-evidence-secured"
    signed = author(of("sr"))
    assert answer(row, signed) is Answer.BROKEN
    assert answer(row, signed.on(at(EVIDENCE, put(reference)))) is Answer.HOLDS


def test_a_report_without_evidence_has_nothing_to_secure():
    """Where there is no reference, nothing is asked."""
    signed = author(of("sr")).on(dropped(tag_of("CurrentRequestedProcedureEvidenceSequence")))
    assert answer(BASIC + "current-evidence-secured", signed) is None
    assert answer(BASIC + "other-evidence-secured", signed) is None


def test_the_place_of_a_bare_reference_is_named():
    """Who mends it has to find it."""
    found = ask(BASIC + "current-evidence-secured", view(author(of("sr")))).found
    assert found == f"1 of 1 references without either: {EVIDENCE}"


def test_a_digest_without_algorithm_is_none_of_the_terms():
    """The algorithm of a reference is there, and is one of the edition (PS3.15 C.4)."""
    mac = "/0040a375[0]/00081115[0]/00081199[0]/04000403[0]/"
    row = REPORT + "referenced-mac-algorithm"
    assert answer(row, report()) is Answer.HOLDS
    assert answer(row, report().on(at(mac, dropped(tag_of("MACAlgorithm"))))) is Answer.BROKEN
    assert answer(row, author(of("sr"))) is None


@pytest.mark.parametrize(
    ("term", "length", "wanted"),
    [
        ("SHA256", 32, Answer.HOLDS),
        ("SHA256", 20, Answer.BROKEN),
        ("SHA1", 20, Answer.HOLDS),
        ("SHA1", 32, Answer.BROKEN),
        ("MD5", 16, Answer.HOLDS),
        ("OTHER", 20, Answer.HOLDS),
        ("OTHER", 30, Answer.BROKEN),
    ],
)
def test_a_digest_is_as_long_as_its_algorithm_makes_it(term, length, wanted):
    """A digest in (0400,0404) has the length of its MAC Algorithm, of another term any that occurs (PS3.5 6.2)."""
    here = "/0040a375[0]/00081115[0]/00081199[0]/04000403[0]/"
    forgery = report().on(at(here, put(element("MACAlgorithm", term), element("MAC", bytes(length)))))
    assert answer("ps3.5-6.2-digests-never-odd", forgery) is wanted


def test_a_purpose_may_be_any_code():
    """The purpose of a report that is not verified is free; only that it is stated is asked (PS3.15 C.4)."""
    assert answer(REPORT + "purpose-required", with_purpose(report(), "X", "Other", "99TEST")) is Answer.HOLDS


def test_values_stay_out_of_what_is_found():
    """A finding names no value of the instance."""
    forgery = report().on(at("/0040a375[0]/00081115[0]/00081199[0]/04000403[0]/", revalued(0x04000015, b"KANARIE ")))
    finding = ask(REPORT + "referenced-mac-algorithm", view(forgery))
    assert finding.answer is Answer.BROKEN
    assert "KANARIE" not in finding.found + finding.expected + finding.message
    assert finding.values == "KANARIE"
