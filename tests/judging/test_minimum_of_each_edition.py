"""Who signs what an edition surely wants, and no more, breaks nothing; who leaves out one element breaks one row."""

from dataclasses import replace

import pytest

from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.claims import Claims
from dicomsig.conformance.coverage import without_value
from dicomsig.conformance.editions import edition
from dicomsig.conformance.finding import Answer
from dicomsig.conformance.modules import Certainty, due_attributes
from dicomsig.conformance.reports import is_report
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.judging.signer import judge_file
from dicomsig.judging.terms import Terms
from dicomsig.vectors.forge import forge, signable_tags
from dicomsig.vectors.instances import instances
from dicomsig.vectors.views import view
from dicomsig.vectors.wrong_signers.reports import with_purpose
from dicomsig.vectors.wrong_signers.twins import of

pytestmark = pytest.mark.slow

FULL = instances(full=True)
ROWS = {"creator": "ps3.15-c.2-", "authorization": "ps3.15-c.3-"}
EACH_KIND = {recipe.sop_class_uid: name for name, recipe in FULL.items()}.values()


def honest(name):
    """A signature over everything, by an algorithm that every edition knows; of a report with its purpose."""
    forgery = of(name, algorithm=MacAlgorithm.SHA1)
    purpose = "5" if name.endswith("verified") else "1"
    return with_purpose(forgery, purpose, "x") if is_report(FULL[name].sop_class_uid) else forgery


def surely_due(name, profile, label, *, verified=False):
    """The elements that surely have to be signed, are there and can be signed, with their rows."""
    base = FULL[name].data_set()
    due = due_attributes(
        profile, edition(label), FULL[name].sop_class_uid, {node.tag for node in base}, verified=verified
    )
    return {
        each.tag: each.requirement for each in due if each.certainty is Certainty.DUE and each.tag in signable(base)
    }


def signable(base):
    return set(signable_tags(base))


@pytest.mark.parametrize("label", ["2011", "2023b"])
def test_the_certain_minimum_of_an_edition_convicts_nobody(label, tmp_path):
    """Of every kind of instance a signature over what the claimed profiles surely want fails nothing (PS3.15 C)."""
    path = tmp_path / "instance.dcm"
    for name in EACH_KIND:
        recipe = FULL[name]
        profiles = (*ROWS, *(("structured-report",) if is_report(recipe.sop_class_uid) else ()))
        listed = set()
        for profile in profiles:
            listed |= set(surely_due(name, profile, label, verified=name.endswith("verified")))
        path.write_bytes(forge(replace(honest(name), listed=tuple(sorted(listed)))))
        claims = Claims(edition=edition(label), profiles=profiles, approver_sees=(tags.SOP_CLASS_UID,))
        judgement = judge_file(1, path, Terms(claims.edition, claims))
        assert not judgement.internal_errors
        assert [(name, r.requirement) for c in judgement.cases for r in c.results if r.result == "fail"] == []


@pytest.mark.parametrize("profile", ROWS)
def test_an_element_that_is_left_out_breaks_its_row_alone(profile):
    """Of every kind of instance each element that is surely due is missed by one row; an empty one by none (A-37)."""
    rows = [row for row in registered().values() if row.requirement.startswith(ROWS[profile])]
    asked = 0
    for name in EACH_KIND:
        for tag, row in list(surely_due(name, profile, "2023b").items())[::10]:
            (signature,) = view(honest(name).leaving_out(tag), "2023b").signatures
            found = {each.requirement: each.ask(signature) for each in rows}
            broken = {each for each, finding in found.items() if finding and finding.answer is Answer.BROKEN}
            assert broken == (set() if without_value(signature.whole.by_tag[tag]) else {row}), (name, hex(tag))
            asked += 1
    assert asked > 70
