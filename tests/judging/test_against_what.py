"""Against what a signature is judged: whose it is, which profiles are due, which edition."""

from dataclasses import replace

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.register import register
from dicomsig.crypto.key_files import load_certificates
from dicomsig.crypto.trust import TrustStore
from dicomsig.judging.signer import FileJudgement, FileState, ProfileStanding, SignatureFacts, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import Trust
from dicomsig.vectors.forge import forge, signable_tags
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.values import tag_of
from dicomsig.vectors.wrong_signers import wrong_signers
from dicomsig.vectors.wrong_signers.twins import ct, in_item, item_and_whole

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
CREATOR = frozenset(row.id for row in register().values() if row.profile == "creator")
OURS, THEIRS = Credential.RSA_2048, Credential.RSA_3072
OWN = (OURS.certificate_path,)


def without(*keywords, **changes):
    """A signature over a CT image that leaves some elements out."""
    return replace(ct().leaving_out(*map(tag_of, keywords)), **changes)


def then(first, **changes):
    """A second signature by the first's description but for the changes; it is over the same elements if not told."""
    return first.then(**({"listed": first.listed} | changes))


@pytest.fixture
def judge(tmp_path):
    """Judge instances as files 1, 2, … of one run: the judgements and the outcome of the product."""

    def run(*instances, label="2023b", **terms):
        facts, asked, judgements = RunFacts(), Terms(edition(label), **terms), []
        for number, instance in enumerate(instances, 1):
            path = tmp_path / f"{number}.dcm"
            path.write_bytes(instance if isinstance(instance, bytes) else forge(instance))
            judgements.append(judge_file(number, path, asked))
            facts.take(judgements[-1])
        return judgements, judge_run(asked, facts)[0]

    return run


def broken(judgement, result="fail"):
    """The requirements with results of one kind, with the case of each."""
    return {(r.requirement, r.case) for case in judgement.cases for r in case.results if r.result == result}


def observed(judgement):
    """What is observed of each case: code and message."""
    return {case.case: [(o.code, o.message) for o in case.observations] for case in judgement.cases}


def test_without_claims_only_macro_and_base_can_fail(judge):
    """An unclaimed profile that is not met is reported as not met, and fails nothing."""
    ((judgement,), product) = judge(without("BitsStored", "Manufacturer"))
    assert not broken(judgement)
    assert dict(judgement.profiles)["creator"] is ProfileStanding.NOT_MET
    codes = [code for code, _ in observed(judgement)["signer/file-000001/#0"]]
    assert "profile-not-met" in codes
    assert not product.results
    passed = {name for case in judgement.cases for name in case.passed}
    assert not passed & CREATOR
    assert {register()[name].profile for name in passed} == {"macro", "base"}


def test_macro_and_base_fail_without_a_claim(judge):
    """What breaks the macro fails on every signature, claims or not."""
    ((judgement,), _) = judge(wrong_signers()["list-reversed"].build())
    assert broken(judgement) == {(ORDER, "signer/file-000001/#0")}


@pytest.mark.parametrize("asked", [{"asked_profiles": ("creator",)}, {"claims": Claims(profiles=("creator",))}])
def test_a_due_profile_that_is_not_met_fails(judge, asked):
    """Asked for or claimed, the profile is due, and each element that is not signed fails its row."""
    ((judgement,), product) = judge(without("BitsStored", "Manufacturer"), **asked)
    assert {name for name, _ in broken(judgement)} == {
        "ps3.15-c.2-module-image-pixel",
        "ps3.15-c.2-module-general-equipment",
    }
    assert not product.results


@pytest.mark.parametrize("met_by", [0, 1])
def test_one_signature_that_meets_a_profile_is_enough(judge, met_by):
    """A claimed profile is met by one of several own signatures, whichever it is; the other is reported as not met."""
    short, whole = without("BitsStored"), ct()
    both = then(whole, listed=short.listed) if met_by == 0 else then(short, listed=None)
    ((judgement,), product) = judge(both, asked_profiles=("creator",))
    assert not broken(judgement)
    assert not product.results
    assert dict(judgement.profiles)["creator"] is ProfileStanding.MET
    cases = {case.case: set(case.passed) & CREATOR for case in judgement.cases}
    assert cases[f"signer/file-000001/#{met_by}"]
    assert not cases[f"signer/file-000001/#{1 - met_by}"]
    message = "the creator profile is not met: ps3.15-c.2-module-image-pixel"
    assert ("profile-not-met", message) in observed(judgement)[f"signer/file-000001/#{1 - met_by}"]


def test_the_nearest_signature_shows_the_failure(judge):
    """When none meets the profile, the one that lacks least fails; what the others lack is an observation."""
    far, near = without("BitsStored", "Manufacturer", "ImageType"), without("Manufacturer")
    for both, nearest in ((then(far, listed=near.listed), 1), (then(near, listed=far.listed), 0)):
        ((judgement,), _) = judge(both, asked_profiles=("creator",))
        shown = {("ps3.15-c.2-module-general-equipment", f"signer/file-000001/#{nearest}")}
        assert broken(judgement) == shown
        other = observed(judgement)[f"signer/file-000001/#{1 - nearest}"]
        assert any(code == "profile-not-met" and "and 2 more" in message for code, message in other)


def test_a_broken_macro_keeps_a_profile_from_being_met(judge):
    """A signature that covers all and does not hold meets no profile."""
    altered = wrong_signers()["content-altered-after-signing"].build()
    ((judgement,), _) = judge(altered, asked_profiles=("creator",))
    assert dict(judgement.profiles)["creator"] is ProfileStanding.NOT_MET


def test_certificates_say_whose_a_signature_is(judge):
    """With signer certificates the signature of another counts neither for nor against the product."""
    claims = Claims(profiles=("creator",), signer_certificates=OWN)
    theirs_is_wrong = then(ct(), listed=tuple(reversed(signable_tags(ct().base))), credential=THEIRS)
    ((judgement,), product) = judge(theirs_is_wrong, claims=claims)
    assert not broken(judgement)
    assert not product.results
    assert [signature.own for signature in judgement.signatures] == [True, False]
    assert [code for code, _ in observed(judgement)["signer/file-000001/#1"]] == ["signature-of-another"]
    ours_is_short = then(without("BitsStored"), listed=None, credential=THEIRS)
    ((judgement,), _) = judge(ours_is_short, claims=claims)
    assert broken(judgement) == {("ps3.15-c.2-module-image-pixel", "signer/file-000001/#0")}


def test_without_certificates_every_signature_counts(judge):
    """Without signer certificates the wrong signature of another fails too."""
    wrong = then(ct(), listed=tuple(reversed(signable_tags(ct().base))), credential=THEIRS)
    ((judgement,), _) = judge(wrong)
    assert broken(judgement) == {(ORDER, "signer/file-000001/#1")}


@pytest.mark.parametrize("profiles", [(), ("base",), ("creator",), ("base", "creator")])
def test_claims_about_signatures_that_are_not_there_are_open(judge, profiles):
    """Nothing of the product among signed instances leaves its claims inconclusive, never passed."""
    claims = Claims(profiles=profiles, mac_algorithms=("SHA256",), signer_certificates=OWN)
    ((judgement,), product) = judge(replace(ct(), credential=THEIRS), claims=claims)
    assert judgement.state is FileState.SIGNED
    assert not broken(judgement)
    assert not any(case.passed for case in judgement.cases if case.subject.number >= 0)
    opened = {(result.result, result.reason) for result in product.results}
    assert opened == {("inconclusive", "claim-not-exercised")}
    messages = " ".join(result.message for result in product.results)
    assert "no signature of the product was found" in messages
    assert ("the creator profile is due" in messages) is ("creator" in profiles)
    assert "SHA256 is claimed" in messages


def test_one_requirement_alone_of_nobody_is_open(judge):
    """Asked for one requirement where the product signed nothing, the answer is inconclusive."""
    claims = Claims(signer_certificates=OWN)
    (_, product) = judge(replace(ct(), credential=THEIRS), claims=claims, only=frozenset((ORDER,)))
    assert [(result.requirement, result.result) for result in product.results] == [(ORDER, "inconclusive")]


def test_claims_that_files_show_are_not_open(judge):
    """A product that shows what it claims has no inconclusive result; one algorithm that it does not show has."""
    shown = Claims(profiles=("base", "creator"), mac_algorithms=("SHA256",), signer_certificates=OWN)
    (_, product) = judge(ct(), claims=shown)
    assert not product.results
    (_, product) = judge(ct(), claims=replace(shown, mac_algorithms=("SHA256", "SHA512")))
    assert [result.message for result in product.results] == [
        "SHA512 is claimed, and no signature of the product names it"
    ]


def test_claims_of_storing_are_no_matter_of_files(judge):
    """A claim of PS3.15 Annex A is neither passed nor open here: signed files cannot show it."""
    (_, product) = judge(ct(), claims=Claims(profiles=("base", "bit-preserving")))
    assert not product.results
    assert [(each.code, "bit-preserving" in each.message) for each in product.observations] == [
        ("claim-of-another-role", True)
    ]
    (_, product) = judge(ct(), claims=Claims(profiles=("base",), storage_level=2))
    assert [(each.code, "storage_level" in each.message) for each in product.observations] == [
        ("claim-of-another-role", True)
    ]


def test_a_profile_without_checks_is_open(judge, monkeypatch):
    """A due profile that dicomsig cannot judge is inconclusive, whatever the signature covers."""
    monkeypatch.setattr(Terms, "judged_profiles", ())
    (_, product) = judge(ct(), asked_profiles=("creator",))
    (result,) = product.results
    assert (result.result, result.message) == (
        "inconclusive",
        "the creator profile is due, and dicomsig cannot judge it yet",
    )


def test_an_unsigned_instance_among_signed_ones_breaks_nothing(judge):
    """An unsigned instance is reported as unsigned; the profile is due on what the product signed."""
    (judgements, product) = judge(ct(), committed_path("ct").read_bytes(), asked_profiles=("creator",))
    assert [judgement.state for judgement in judgements] == [FileState.SIGNED, FileState.UNSIGNED]
    assert not any(broken(judgement) or broken(judgement, "inconclusive") for judgement in judgements)
    assert observed(judgements[1]) == {"signer/file-000002": [("unsigned", "the instance bears no signature")]}
    assert not product.results


def test_a_signature_in_an_item_is_judged_by_macro_and_base(judge):
    """An item signature passes or fails macro and Base like any other."""
    ((judgement,), _) = judge(in_item())
    (case,) = (case for case in judgement.cases if case.subject.place == "/00082218[0]/")
    assert {register()[name].profile for name in case.passed} == {"macro", "base"}
    assert not judgement.profiles
    ((judgement,), _) = judge(replace(in_item(), listed=None, hashed=()))
    assert ("ps3.3-c.12.1.1.3.1.2-mac-into-signature", "signer/file-000001/00082218[0]/#0") in broken(judgement)


def test_a_signature_in_an_item_leaves_a_due_profile_open(judge):
    """A profile is due on the instance, and no signature of an item can meet it: inconclusive, with the place shown."""
    (judgements, product) = judge(in_item(), item_and_whole(), asked_profiles=("creator",))
    opened = broken(judgements[0], "inconclusive")
    assert {(name in CREATOR, case) for name, case in opened} == {(True, "signer/file-000001")}
    assert len(opened) == 1
    assert not broken(judgements[0])
    assert not broken(judgements[1], "inconclusive")
    assert dict(judgements[1].profiles)["creator"] is ProfileStanding.MET
    assert not product.results


@pytest.mark.parametrize("asked", [{}, {"asked_profiles": ("base", "creator")}])
def test_an_instance_that_only_another_signed_is_open(judge, asked):
    """Each due profile is open on a signed instance without own signature, though another instance shows it."""
    claims = Claims(profiles=("base", "creator"), signer_certificates=OWN)
    (judgements, product) = judge(replace(ct(), credential=THEIRS), ct(), claims=claims, **asked)
    assert "no-own-signature" in [code for code, _ in observed(judgements[0])["signer/file-000001"]]
    results = [result for case in judgements[0].cases for result in case.results]
    assert {(each.result, each.reason) for each in results} == {("inconclusive", "no-own-signature")}
    assert [register()[each.requirement].profile for each in results] == ["base", "creator"]
    assert {register()[each.requirement].strength for each in results} == {"shall"}
    assert not product.results
    assert not broken(judgements[1], "inconclusive")


def test_an_instance_of_another_is_open_only_where_a_profile_is_due_on_it(judge):
    """Without a claimed profile, or with one that is not made for the instance, nothing is open on it."""
    for profiles in ((), ("structured-report",)):
        claims = Claims(profiles=profiles, signer_certificates=OWN)
        (judgements, _) = judge(replace(ct(), credential=THEIRS), ct(), claims=claims)
        assert not broken(judgements[0], "inconclusive")
        assert "no-own-signature" in [code for code, _ in observed(judgements[0])["signer/file-000001"]]


def test_unsigned_instances_leave_no_claim_open(judge):
    """Signatures are optional (PS3.15 C.2): an unsigned instance beside a signed one is no fault and leaves none."""
    claims = Claims(profiles=("creator",), signer_certificates=OWN)
    (judgements, product) = judge(committed_path("ct").read_bytes(), ct(), claims=claims)
    assert not broken(judgements[0], "inconclusive")
    assert not product.results


def test_another_certificate_of_the_own_key_makes_no_other_signer(judge):
    """The certificate is not protected by the MAC (A-12): whoever exchanges it does not take the signature away."""
    claims = Claims(signer_certificates=(Credential.RENEWED.certificate_path,))
    wrong = replace(ct(), listed=tuple(reversed(signable_tags(ct().base))))
    ((judgement,), _) = judge(wrong, claims=claims)
    assert [signature.own for signature in judgement.signatures] == [True]
    assert broken(judgement) == {(ORDER, "signer/file-000001/#0")}
    (certificate,) = load_certificates(OURS.certificate_path.read_bytes())
    asked = Terms(edition("2023b"), claims)
    assert asked.is_own(replace(certificate, key_der=b"the same numbers, encoded in another way"))
    assert not asked.is_own(replace(certificate, key=None, key_der=b"another kind of key"))
    assert not asked.is_own(None)


def test_signatures_that_are_not_trusted_are_observed(judge):
    """With anchors each signature that is not trusted is observed with reason codes alone; it fails nothing."""
    anchor = load_certificates(Credential.SELF_SIGNED.certificate_path.read_bytes())
    trust = Trust(TrustStore(anchors=anchor))
    ((judgement,), _) = judge(ct(), trust=trust)
    (said,) = [each for each in observed(judgement)["signer/file-000001/#0"] if each[0].startswith("trust-")]
    (signature,) = judgement.signatures
    assert said == (f"trust-{signature.trust}", "issuer-unknown")
    assert not broken(judgement)
    ((judgement,), _) = judge(ct())
    assert not [code for case in observed(judgement).values() for code, _ in case if code.startswith("trust-")]


def test_the_edition_decides_on_algorithms(judge):
    """SHA256 fails in 2008, which knew three algorithms, and passes in 2023b."""
    ((judgement,), _) = judge(ct(), label="2008")
    assert broken(judgement) == {("ps3.15-c.1-mac-algorithm-three", "signer/file-000001/#0")}
    ((judgement,), _) = judge(ct(), label="2023b")
    assert not broken(judgement)


@pytest.mark.parametrize(
    ("label", "result", "standing"),
    [
        ("2016a", "fail", ProfileStanding.NOT_MET),
        ("2022e", "inconclusive", ProfileStanding.NOT_TOLD),
        ("2024e", "warning", ProfileStanding.MET),
    ],
)
def test_the_edition_decides_on_moved_attributes(judge, label, result, standing):
    """Acquisition Number left General Image between two editions that were read: due, open, then not due."""
    wrong = wrong_signers()["creator-without-acquisition-number"].build()
    ((judgement,), _) = judge(wrong, label=label, asked_profiles=("creator",))
    assert len(broken(judgement, result)) == 1
    assert sum(len(broken(judgement, each)) for each in ("fail", "inconclusive", "warning")) == 1
    assert dict(judgement.profiles)["creator"] is standing


@pytest.mark.parametrize("label", ["2003", "2031a"])
def test_an_edition_that_was_not_read_convicts_of_nothing(judge, label):
    """What would fail is inconclusive in an edition whose text nobody read."""
    ((judgement,), _) = judge(wrong_signers()["list-reversed"].build(), label=label)
    assert not broken(judgement)
    assert (ORDER, "signer/file-000001/#0") in broken(judgement, "inconclusive")


def test_one_requirement_alone_says_nothing_of_profiles(judge):
    """With --only no profile is called met or not met: a few of its rows do not tell."""
    only = frozenset(("ps3.15-c.2-sop-class-uid",))
    ((judgement,), _) = judge(without("BitsStored"), asked_profiles=("creator",), only=only)
    assert not judgement.profiles
    assert {name for case in judgement.cases for name in case.passed} == only
    assert not broken(judgement)


def test_a_uid_that_two_signatures_bear_is_named_with_its_cases():
    """Whoever has a thousand files has to find the two that bear one Digital Signature UID."""
    facts = RunFacts()
    for number in (1, 2, 3):
        signature = SignatureFacts("2.25.5", bytes([number]), "SHA256", True, *4 * (Status.VALID,))
        facts.take(FileJudgement(number, FileState.SIGNED, signatures=(signature,)))
    outcome, _ = judge_run(Terms(edition()), facts)
    (result,) = outcome.results
    assert result.found == (
        "one UID is on more than one signature: 2.25.5 on 3, "
        "in signer/file-000001, signer/file-000002, signer/file-000003"
    )
