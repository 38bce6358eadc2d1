"""Authorization, report and secure use profiles as the judge treats them: what is lawful convicts nobody."""

from dataclasses import replace

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.modules import due_attributes
from dicomsig.conformance.register import register
from dicomsig.encoding import tags
from dicomsig.judging.profiles import ProfileStanding
from dicomsig.judging.signer import judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.vectors.edits import in_items, put
from dicomsig.vectors.forge import Forgery, forge, signable_tags
from dicomsig.vectors.nodes import text_value
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.wrong_signers import wrong_signers
from dicomsig.vectors.wrong_signers.reports import author, report, verified, with_purpose
from dicomsig.vectors.wrong_signers.twins import ct, of

EVERY_PROFILE = ("creator", "authorization", "structured-report")
SEEN = (tag_of("PatientName"),)
OURS, THEIRS = Credential.RSA_2048, Credential.RSA_3072
MET, NOT_MET, NOT_TOLD = ProfileStanding


@pytest.fixture
def judge(tmp_path):
    """Judge one instance: its fails and open rows, how profiles stand, and the whole judgement."""

    def run(forgery, *profiles, label="2023b", **claims):
        path = tmp_path / "1.dcm"
        path.write_bytes(forge(forgery))
        terms = Terms(edition(label), Claims(**claims) if claims else None, profiles)
        judgement = judge_file(1, path, terms)
        facts = RunFacts()
        facts.take(judgement)
        product, _ = judge_run(terms, facts)
        assert not judgement.internal_errors
        results = [result for case in (*judgement.cases, product) for result in case.results]
        found = {
            outcome: {r.requirement for r in results if r.result == outcome} for outcome in ("fail", "inconclusive")
        }
        return found, dict(judgement.profiles), judgement

    return run


def minimal(forgery: Forgery, profile: str, *, is_verified: bool = False) -> Forgery:
    """A signature over what a profile wants, and nothing else."""
    present = {node.tag for node in forgery.base}
    uid = text_value(forgery.base, tags.SOP_CLASS_UID)
    due = due_attributes(profile, edition(), uid, present, verified=is_verified)
    certain = {each.tag for each in due if each.certainty in ("due", "uncertain")}
    return replace(forgery, listed=tuple(tag for tag in signable_tags(forgery.base) if tag in certain))


def test_a_lawful_base_signature_on_a_ct_convicts_nobody(judge):
    """Base asks for no element: a signature over one is lawful, and no other profile counts (PS3.15 C.1)."""
    found, standings, _ = judge(replace(ct(), listed=(tags.SOP_INSTANCE_UID,)))
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings == {"creator": NOT_MET, "authorization": NOT_MET}


@pytest.mark.parametrize("creator_first", [True, False])
def test_an_authorization_signature_beside_a_creator_one_convicts_nobody(judge, creator_first):
    """Each profile is met by the signature that was made for it, whatever the other lacks (PS3.15 C.2, C.3)."""
    first, second = minimal(ct(), "creator"), minimal(ct(), "authorization")
    seen = tuple(sorted({*second.listed, *SEEN}))
    listed = (first.listed, seen) if creator_first else (seen, first.listed)
    both = replace(ct(), listed=listed[0]).then(listed=listed[1])
    found, standings, _ = judge(both, profiles=("creator", "authorization"), approver_sees=SEEN)
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings == {"creator": MET, "authorization": MET}


def test_the_authorization_profile_asks_for_no_equipment(judge):
    """The minimum of PS3.15 C.3 holds neither equipment nor creation time, and is met without them."""
    forgery = minimal(ct(), "authorization")
    assert not {tag_of("Manufacturer"), tag_of("InstanceCreationDate")} & set(forgery.listed)
    forgery = replace(forgery, listed=tuple(sorted({*forgery.listed, *SEEN})))
    found, standings, _ = judge(forgery, profiles=("authorization",), approver_sees=SEEN)
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings == {"authorization": MET, "creator": NOT_MET}


def test_what_the_approver_sees_is_inconclusive_without_a_declaration(judge):
    """Only the claims can say what the approving person could check; without them nobody knows (PS3.15 C.3)."""
    row = {"ps3.15-c.3-verifiable-elements"}
    assert judge(ct(), "authorization")[0] == {"fail": set(), "inconclusive": row}
    assert judge(ct(), profiles=("authorization",))[0] == {"fail": set(), "inconclusive": row}
    assert judge(ct())[0] == {"fail": set(), "inconclusive": set()}


def test_what_the_approver_sees_and_is_not_there_breaks_nothing(judge):
    """A declared element that the instance lacks cannot be signed; what is there has to be (PS3.15 C.3)."""
    seen = (*SEEN, tag_of("PatientComments"))
    assert judge(ct(), profiles=("authorization",), approver_sees=seen)[0]["fail"] == set()
    assert judge(ct().leaving_out(*SEEN), profiles=("authorization",), approver_sees=seen)[0]["fail"] == {
        "ps3.15-c.3-verifiable-elements"
    }


def test_the_report_profile_is_not_due_on_an_image(judge):
    """PS3.15 C.4 is made for reports and key object selections: a claim of it says nothing of a CT (A-24)."""
    found, standings, judgement = judge(ct(), profiles=("creator", "structured-report"))
    assert found["fail"] == set()
    assert found["inconclusive"] == {"ps3.15-c.4-report-or-key-objects"}  # nothing exercised the claim
    assert "structured-report" not in standings
    assert "profile-not-due" in {each.code for case in judgement.cases for each in case.observations}


def test_a_report_that_nobody_claims_the_profile_for_convicts_nobody(judge):
    """A Base signature on a verified report lacks what PS3.15 C.4 wants, which is reported and no failure."""
    found, standings, _ = judge(of("sr-verified"))
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings["structured-report"] is NOT_MET


@pytest.mark.parametrize(
    "forgery",
    [
        minimal(report(), "structured-report"),
        minimal(verified(), "structured-report", is_verified=True),
        minimal(author(of("sr")), "structured-report"),
    ],
    ids=["full", "verified", "first report without predecessor"],
)
def test_a_minimal_report_signature_meets_its_profile(judge, forgery):
    """What PS3.15 C.4 lists, as far as present, and a purpose are enough, for Basic SR too with secured evidence."""
    found, standings, _ = judge(forgery, profiles=("structured-report",))
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings["structured-report"] is MET


def test_an_unverified_report_need_not_protect_its_instance_uid(judge):
    """The SOP Instance UID is in no minimum of an unverified report (A-22)."""
    forgery = minimal(report(), "structured-report")
    assert tags.SOP_INSTANCE_UID not in forgery.listed
    assert judge(forgery, profiles=("structured-report",))[0]["fail"] == set()


@pytest.mark.parametrize("verifier_first", [True, False])
def test_author_and_verifier_sign_one_report(judge, verifier_first):
    """The author's signature of a verified report need not cover what only the verifier's has to (PS3.15 C.4)."""
    by_author = minimal(author(verified()), "structured-report")
    by_verifier = minimal(verified(), "structured-report", is_verified=True)
    first, second = (by_verifier, by_author) if verifier_first else (by_author, by_verifier)
    both = first.then(listed=second.listed, item=second.item)
    found, standings, _ = judge(both, profiles=("structured-report",))
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings["structured-report"] is MET


def test_the_verifiers_signature_decides_on_a_verified_report(judge):
    """A verification signature without the observer fails, however complete the author's is (PS3.15 C.4)."""
    observer = tag_of("VerifyingObserverSequence")
    both = author(verified()).then(listed=verified().leaving_out(observer).listed, item=verified().item)
    found, _, judgement = judge(both, profiles=("structured-report",))
    assert found["fail"] == {"ps3.15-c.4-verified-observer-sequence", "ps3.15-c.4-verified-datetime"}
    failed = {r.case for case in judgement.cases for r in case.results if r.result == "fail"}
    assert failed == {"signer/file-000001/#1"}


def test_another_persons_verification_signature_serves(judge):
    """A verified report needs one verification signature, not one of the product's own (PS3.15 C.4, A-23)."""
    both = author(verified()).then(item=verified().item, credential=THEIRS)
    found, standings, _ = judge(both, profiles=("structured-report",), signer_certificates=(OURS.certificate_path,))
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings["structured-report"] is MET


def test_the_meaning_of_a_purpose_is_never_compared(judge):
    """Code 5 of the scheme verifies, whatever its meaning is spelt like (A-23)."""
    forgery = with_purpose(verified(), "5", "Verifizierende Unterschrift")
    assert judge(forgery, profiles=("structured-report",))[0]["fail"] == set()


def test_reports_that_others_signed_are_nobodys_failure(judge):
    """A report without signature of the product says nothing of its claims."""
    theirs = replace(of("sr"), credential=THEIRS)
    claims = {"profiles": ("structured-report", "basic-sr"), "signer_certificates": (OURS.certificate_path,)}
    found, standings, judgement = judge(theirs, **claims)
    assert found["fail"] == set()
    assert standings == {}
    assert "no-own-signature" in {each.code for case in judgement.cases for each in case.observations}


def test_a_signature_in_an_item_alone_fails_the_report_profile(judge):
    """A claimed report profile wants a signature of the whole report; unclaimed, that is no failure (PS3.15 C.4)."""
    forgery = wrong_signers()["report-signed-in-an-item-only"]
    data = forgery.change(forgery.twin())
    assert judge(data, profiles=("structured-report",))[0]["fail"] == {"ps3.15-c.4-top-level-signature"}
    assert judge(data)[0]["fail"] == set()


@pytest.mark.parametrize(("purpose", "failed"), [(False, set()), (True, {"ps3.15-c.4-report-or-key-objects"})])
def test_a_report_of_several_verifiers_may_be_signed_by_other_profiles(judge, purpose, failed):
    """PS3.15 C.4 is made for one verifier at most; a signature without purpose does not pretend to follow it."""
    two = verified().on(in_items(tag_of("VerifyingObserverSequence"), lambda items: items * 2))
    forgery = two if purpose else replace(two, item=())
    found, standings, judgement = judge(forgery, profiles=("creator", "structured-report"))
    assert found["fail"] == failed
    assert standings["creator"] is MET
    assert ("structured-report" in standings) is purpose
    assert ("profile-not-due" in {each.code for case in judgement.cases for each in case.observations}) is not purpose
    found, _, _ = judge(forgery, profiles=("basic-sr",))
    assert found["fail"] == {"ps3.15-a.4-signs-by-structured-report-profile"}


def test_basic_sr_is_judged_when_claimed_and_not_else(judge):
    """Evidence without signature or digest fails a product that claims PS3.15 A.4, and no other."""
    plain = author(of("sr"))
    assert judge(plain, profiles=("structured-report",))[0]["fail"] == set()
    found, standings, _ = judge(plain, profiles=("structured-report", "basic-sr"))
    assert found["fail"] == {"ps3.15-a.4-current-evidence-secured"}
    assert standings["basic-sr"] is NOT_MET
    found, standings, _ = judge(report(), "basic-sr")
    assert found == {"fail": set(), "inconclusive": set()}
    assert standings["basic-sr"] is MET


def test_predecessors_need_no_digest(judge):
    """Only the two evidence sequences are secured (PS3.15 A.4): the predecessor of this report has no digest."""
    assert tag_of("PredecessorDocumentsSequence") in {node.tag for node in report().base}
    assert judge(report(), profiles=("basic-sr",))[0]["fail"] == set()


def test_a_secure_use_claim_that_no_file_shows_is_inconclusive(judge):
    """Images say nothing of Basic SR, and instances without status nothing of online storage."""
    found, standings, _ = judge(ct(), profiles=("basic-sr", "online-storage"))
    assert found["fail"] == set()
    assert {register()[name].profile for name in found["inconclusive"]} == {"basic-sr", "online-storage"}
    assert not {"basic-sr", "online-storage"} & set(standings)


def test_a_signed_status_fails_online_storage_alone(judge):
    """Nothing forbids to sign group 0100 but the claim of a profile that orders its change (PS3.15 A.1.1)."""
    forgery = ct().on(put(element("SOPInstanceStatus", "OR")))
    assert judge(forgery)[0]["fail"] == set()
    found, standings, _ = judge(forgery, profiles=("online-storage",))
    assert found["fail"] == {"ps3.15-a.1.1-signed-status-conflict", "ps3.3-c.12.1-status-signed-breaks"}
    assert standings["online-storage"] is NOT_MET


@pytest.mark.parametrize(("status", "broken"), [("NS", False), ("OR", True), ("AO", True), ("AC", True)])
def test_a_signed_status_that_nothing_orders_to_change_is_no_failure(judge, status, broken):
    """NS is no special status: of the changes that PS3.15 A.1.1 orders none begins with it."""
    found, _, judgement = judge(ct().on(put(element("SOPInstanceStatus", status))), profiles=("online-storage",))
    rows = {"ps3.15-a.1.1-signed-status-conflict", "ps3.3-c.12.1-status-signed-breaks"}
    assert found["fail"] == (rows if broken else set())
    warned = {r.requirement for case in judgement.cases for r in case.results if r.result == "warning"}
    assert warned == (set() if broken else rows)


@pytest.mark.parametrize("broken", ["creator", "authorization"])
def test_what_one_profile_lacks_does_not_count_against_another(judge, broken):
    """Standings are each profile's own, in whatever order they are judged."""
    without = {"creator": "Manufacturer", "authorization": "PatientName"}[broken]
    _, standings, _ = judge(
        ct().leaving_out(tag_of(without)), profiles=("creator", "authorization", "online-storage"), approver_sees=SEEN
    )
    assert {profile: standing for profile, standing in standings.items() if standing is not MET} == {broken: NOT_MET}


@pytest.mark.parametrize("due", [True, False])
def test_what_is_asked_of_the_whole_report_decides_too(judge, due):
    """A signature that meets every row does not meet the profile where the report as a whole does not (PS3.15 C.4)."""
    profiles = {"profiles": ("structured-report",)} if due else {}
    found, standings, _ = judge(author(verified()), **profiles)
    assert standings["structured-report"] is NOT_MET
    assert found["fail"] == ({"ps3.15-c.4-verification-purpose"} if due else set())
