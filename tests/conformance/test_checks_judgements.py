"""Where sound implementations differ, the checks follow the judgements of profiles/ambiguities.csv."""

from collections import Counter
from dataclasses import replace

import pytest

from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.editions import edition
from dicomsig.conformance.finding import HOLDS, Answer
from dicomsig.conformance.register import Scope, register
from dicomsig.conformance.views import JudgedRun, JudgedSignature, judged
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.rules import STANDARD
from dicomsig.signatures.verdict import Axis, Remark, Status
from dicomsig.vectors.edits import as_bytes, at, dropped, put, revalued
from dicomsig.vectors.forge import Order, forge
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.values import code, element, leaf, sequence
from dicomsig.vectors.views import ask, view
from dicomsig.vectors.wrong_signers.twins import of

MACRO, BASE, CREATOR = "ps3.3-c.12.1.1.3", "ps3.15-c.1", "ps3.15-c.2"
MAC = f"{MACRO}.1.2-mac-into-signature"
PATIENT_NAME, SOP_INSTANCE_UID, ROWS, IMAGE_TYPE = 0x00100010, 0x00080018, 0x00280010, 0x00080008
CANARY = b"KANARIENVOGEL^GELB"


def all_findings(whole):
    """Every finding of the macro, base and creator rows but the plain yes, by requirement."""
    found = {}
    for requirement, check in registered().items():
        row = register()[requirement]
        if check.scope is Scope.PRODUCT or not row.holds_in(whole.edition.label):
            continue
        if row.profile not in ("macro", "base", "creator"):
            continue
        for subject in (whole,) if check.scope is Scope.INSTANCE else whole.signatures:
            finding = check.ask(subject)
            if finding is not None and finding is not HOLDS:
                found[requirement] = finding
    return found


def broken(whole):
    return {requirement for requirement, each in all_findings(whole).items() if each.answer is Answer.BROKEN}


def test_changed_content_fails_the_mac_and_nothing_else():
    """When content changed after signing one row fails, and it says that the cause cannot be told."""
    whole = view(of("ct", afterwards=(revalued(IMAGE_TYPE, b"DERIVED\\SECONDARY "),)))
    found = all_findings(whole)
    assert set(found) == {MAC}
    assert "cannot be told from the file alone" in found[MAC].message


def test_what_the_mac_shows_is_not_acquitted_when_the_mac_differs():
    """No row of the MAC stream holds when the MAC does not: nothing was shown."""
    whole = view(of("nested", afterwards=(revalued(SOP_INSTANCE_UID, b"1.2.3\0"),)))
    rows = [row for row in registered() if row.startswith(f"{MACRO}.1.2-")]
    assert [row for row in rows if row != MAC and ask(row, whole) is HOLDS] == []


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("sequence_length", f"{MACRO}.1.2-sequence-header-without-length"),
        ("sequence_delimiter", f"{MACRO}.1.2-sequence-delimiter-always"),
        ("item_length", f"{MACRO}.1.2-item-tag-without-length"),
        ("item_delimiter", f"{MACRO}.1.1-no-item-delimiter"),
        ("signature_item", f"{MACRO}.1.2-signature-item-appended"),
        ("signature_item_tag", f"{MACRO}.1.2-signature-item-tag-not-hashed"),
        ("certificate", f"{MACRO}.1.2-certificate-not-hashed"),
    ],
)
def test_a_mistaken_rule_is_named(rule, row):
    """A signer that hashed by one other rule fails that rule and the MAC, each naming what was done."""
    whole = view(of("nested", rules=replace(STANDARD, **{rule: not getattr(STANDARD, rule)})))
    assert {row, MAC} <= broken(whole)
    said = ask(row, whole).found
    assert said.startswith(ask(MAC, whole).found)


@pytest.mark.parametrize(("name", "occurs"), [("ct", False), ("multi-frame-rle", True)])
def test_rows_on_fragments_do_not_apply_without_fragments(name, occurs):
    """What was not signed is neither acquitted nor convicted."""
    whole = view(of(name))
    for row in ("ps3.5-a.4-fragments-even", f"{MACRO}.1.2-fragment-tag-without-length"):
        assert (ask(row, whole) is HOLDS) is occurs


def test_a_stream_that_follows_the_list_is_told():
    """A MAC that follows an unordered list fails the order of the stream, with the recomputation as evidence (A-08)."""
    listed = (ROWS, IMAGE_TYPE, SOP_INSTANCE_UID)
    whole = view(of("ct", listed=listed, order=Order.LIST))
    assert broken(whole) >= {f"{MACRO}.1.2-element-order", f"{MACRO}.1.1-tags-in-order", MAC}
    assert "order of the list" in ask(f"{MACRO}.1.2-element-order", whole).found


def test_an_unordered_list_with_a_right_stream_fails_the_list_alone():
    """The list is a set for the MAC, and still a failure of the signer (A-08 reading 1)."""
    whole = view(of("ct", listed=(ROWS, IMAGE_TYPE, SOP_INSTANCE_UID)))
    assert {row for row in broken(whole) if not row.startswith(CREATOR)} == {f"{MACRO}.1.1-tags-in-order"}


def test_unknown_vr_convicts_only_where_the_letters_are_in_the_file():
    """A listed UN fails in explicit VR; in implicit VR nobody can tell what the signer saw (A-03)."""
    explicit = view(of("ct", listed=(SOP_INSTANCE_UID, 0x00990010)).on(put(leaf(0x00990010, "UN", b"AB"))))
    assert ask(f"{MACRO}.1.1-no-un", explicit).answer is Answer.BROKEN
    assert ask(MAC, explicit) is None
    received = forge(of("ct-implicit", listed=(SOP_INSTANCE_UID, 0x00990110)).on(put(leaf(0x00990110, "UN", b"AB"))))
    implicit = judged(instance_of(received), edition())
    assert ask(f"{MACRO}.1.1-no-un", implicit) is None
    assert ask(MAC, implicit).answer is Answer.UNKNOWN


def test_a_repeated_mac_id_elsewhere_is_a_failure_of_the_signer_only():
    """A number repeated in an item fails its row; the signatures hold (A-18)."""
    parameters = sequence("MACParametersSequence", (element("MACIDNumber", 1),))
    whole = view(of("ct", afterwards=(at("/00082218[0]/", put(parameters)),)))
    assert f"{MACRO}-mac-id-unique" in broken(whole)
    assert whole.signatures[0].intact


def test_parameters_without_signature_are_warned_of():
    """Parameters that no signature uses are lawful; one may have been stripped (A-31)."""
    stripped = view(of("ct", afterwards=(dropped(tags.DIGITAL_SIGNATURES),)))
    finding = ask(f"{MACRO}-mac-parameters-not-empty", stripped)
    assert (finding.answer, finding.reason) == (Answer.DOUBTFUL, "mac-parameters-orphan")
    assert ask(f"{MACRO}-mac-parameters-not-empty", view(of("ct"))) is HOLDS


@pytest.mark.parametrize(
    ("algorithm", "label", "row", "answer"),
    [
        (MacAlgorithm.SHA256, "2023b", f"{BASE}-mac-algorithm", Answer.HOLDS),
        (MacAlgorithm.MD5, "2023b", f"{BASE}-mac-algorithm", Answer.HOLDS),
        (MacAlgorithm.SHA256, "2008", f"{BASE}-mac-algorithm-three", Answer.BROKEN),
        (MacAlgorithm.SHA1, "2008", f"{BASE}-mac-algorithm-three", Answer.HOLDS),
    ],
)
def test_the_edition_decides_on_algorithms(algorithm, label, row, answer):
    """The three older algorithms are lawful in every edition, SHA-2 is not in that of 2008 (PS3.15 C.1)."""
    assert ask(row, view(of("ct", algorithm=algorithm), label)).answer is answer


def test_tags_of_the_enclosing_data_set_are_not_of_the_item():
    """A signature in an item lists elements of that item (PS3.3 C.12.1.1.3.1.1)."""
    item = (element("CodeValue", "T-D1100"), element("CodeMeaning", "Head"))
    forgery = of("ct", place="/00082218[0]/", listed=(SOP_INSTANCE_UID, 0x00080100))
    whole = view(forgery.on(put(sequence("AnatomicRegionSequence", item))))
    finding = ask(f"{MACRO}.1.1-same-level", whole)
    assert (finding.answer, finding.found) == (Answer.BROKEN, "(0008,0018) listed and not there")


@pytest.mark.parametrize(
    ("item", "scheme", "value"),
    [
        (code("5", "ASTM-sigpurpose", "Verification Signature"), Answer.HOLDS, Answer.HOLDS),
        (code("05", "ASTM-sigpurpose", "Verification Signature"), Answer.HOLDS, Answer.BROKEN),
        (code("5", "ASTM-SIGPURPOSE", "Verification Signature"), Answer.BROKEN, None),
        (code("5", "99LOCAL", "A local purpose"), None, None),
        (code("113035", "DCM", "Signed Complete Acquisition Content"), None, None),
    ],
)
def test_only_codes_that_claim_the_group_are_judged_by_it(item, scheme, value):
    """The group of purposes is a baseline: a code of another scheme is lawful (PS3.16 CID 7007)."""
    whole = view(of("ct", item=(put(sequence("DigitalSignaturePurposeCodeSequence", item)),)))
    for row, answer in (("scheme-designator", scheme), ("code-values", value)):
        finding = ask(f"ps3.16-cid-7007-{row}", whole)
        assert (finding.answer if finding is not None else None) is answer


def test_a_run_with_a_repeated_uid_fails():
    """Two signatures with one UID break its uniqueness; a run of one says nothing (PS3.3 C.12.1.1.3)."""
    check = registered()[f"{MACRO}-signature-uid-unique"]

    def run(*uids):
        return JudgedRun(edition(), None, len(uids), len(uids), Counter(uids), Counter())

    assert check.ask(run("1.2.3", "1.2.4")) is HOLDS
    assert check.ask(run("1.2.3")) is None
    assert check.ask(run("1.2.3", "1.2.4", "1.2.3")).answer is Answer.BROKEN
    assert check.ask(run("", "")) is None


def test_md5_is_remarked_for_the_product():
    """The use of MD5 is advised against, for all signatures of a product together (PS3.15 C.1)."""
    check = registered()[f"{BASE}-md5-discouraged"]
    used = JudgedRun(edition(), None, 2, 2, Counter(), Counter({"MD5": 1, "SHA256": 1}))
    unused = JudgedRun(edition(), None, 2, 2, Counter(), Counter({"SHA256": 2}))
    assert check.ask(used).found == "MD5 in 1 of 2 signatures"
    assert check.ask(unused) is HOLDS


HOSTILE = {
    "algorithm": {"parameters": (put(leaf(0x04000015, "CS", CANARY)),)},
    "syntax": {"parameters": (put(leaf(0x04000010, "UI", CANARY)),)},
    "uid": {"item": (put(leaf(0x04000100, "UI", CANARY)),)},
    "datetime": {"item": (put(leaf(0x04000105, "DT", CANARY)),)},
    "certificate type": {"item": (put(leaf(0x04000110, "CS", CANARY)),)},
    "certificate": {"certificate": CANARY},
    "timestamp": {"timestamp": lambda value: CANARY},
    "vr": {"item": (put(leaf(0x04000105, "LO", CANARY)),)},
    "purpose": {"item": (put(sequence("DigitalSignaturePurposeCodeSequence", code("99", "ASTM-sigpurpose", "x"))),)},
    "content": {"afterwards": (put(leaf(PATIENT_NAME, "PN", CANARY)),)},
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_finding_shows_a_value(kind):
    """What is expected, found and said holds no value of the instance; values stand apart."""
    whole = view(of("ct", **HOSTILE[kind]))
    findings = all_findings(whole)
    assert findings
    for finding in findings.values():
        for text in (finding.message, finding.expected, finding.found):
            assert CANARY.decode() not in text


def test_a_message_is_never_empty():
    """Every finding that is not a plain yes says what was expected and what was found."""
    for kind, changes in HOSTILE.items():
        for requirement, finding in all_findings(view(of("ct", **changes))).items():
            assert finding.message, (kind, requirement)
            assert finding.reason, (kind, requirement)
            assert finding.expected, (kind, requirement)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ct", "nested", "multi-frame-rle", "sr", "private-elements"])
def test_no_check_fails_on_damaged_bytes(name):
    """Whatever byte of a signed instance changes, checks answer and do not raise, if it can be read at all."""
    data = forge(of(name, credential=Credential.RSA_1024))
    start = len(data) * 2 // 3  # the macro is at the end
    for offset in range(start, len(data), max(1, (len(data) - start) // 150)):
        damaged = bytearray(data)
        damaged[offset] ^= 0x41
        try:
            whole = judged(instance_of(bytes(damaged)), edition())
        except MalformedError:
            continue
        all_findings(whole)


def test_an_honest_signature_in_an_item_breaks_nothing():
    """A signature in an item that lists the item's own elements is lawful."""
    item = (element("CodeValue", "T-D1100"), element("CodingSchemeDesignator", "SRT"), element("CodeMeaning", "Head"))
    base = of("ct", place="/00082218[0]/").on(put(sequence("AnatomicRegionSequence", item)))
    assert broken(view(base)) == set()
    assert broken(view(base.then(place="/"))) == set()


def test_signatures_beyond_those_verified_are_not_looked_at():
    """Beyond the bound nothing is convicted or acquitted but the items of the macro."""
    whole = view(of("ct"))
    judged_signature = whole.signatures[0]
    remark = Remark("signatures-too-many", Axis.INTEGRITY, Status.INDETERMINATE, "not this one")
    verdict = replace(
        judged_signature.verdict, integrity=Status.INDETERMINATE, remarks=(remark,), recovered_digest=None
    )
    beyond = JudgedSignature(whole, judged_signature.signature, verdict)
    assert registered()[MAC].ask(beyond).answer is Answer.UNKNOWN
    assert registered()[f"{CREATOR}-module-image-pixel"].ask(beyond) is None
    assert registered()[f"{MACRO}.1.1-same-level"].ask(beyond) is None
    assert beyond.covered == ()


@pytest.mark.parametrize(("listed", "answer"), [(True, Answer.BROKEN), (False, Answer.HOLDS)])
def test_encoding_is_judged_where_it_is_signed(listed, answer):
    """Reserved bytes that are not zero fail in a signed element; outside the signature they are not its matter."""
    reserved = as_bytes(tags.PIXEL_DATA, lambda encoded: encoded[:6] + b"\x01\x00" + encoded[8:])
    honest = view(of("ct")).signatures[0].listed | {0x00990011}
    signed = honest if listed else honest - {tags.PIXEL_DATA}
    forgery = of("ct", listed=tuple(sorted(signed))).on(reserved, put(leaf(0x00990011, "OB", b"AB")))
    assert ask("ps3.5-7.1.2-reserved-bytes-zero", view(forgery)).answer is answer
