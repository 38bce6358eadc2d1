"""Each signed instance says once what no valid signature of it protects."""

from dicomsig.conformance.editions import edition
from dicomsig.conformance.unprotected import CODE
from dicomsig.judging.signer import judge_file
from dicomsig.judging.terms import Terms
from dicomsig.vectors.forge import forge
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.values import tag_of
from dicomsig.vectors.wrong_signers.twins import ct, two_signatures

PATIENT_NAME = tag_of("PatientName")
MAC_ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"


def observed(tmp_path, forgery, **terms):
    path = tmp_path / "1.dcm"
    path.write_bytes(forge(forgery))
    judgement = judge_file(1, path, Terms(edition(), **terms))
    return [each for case in judgement.cases for each in case.observations if each.code == CODE]


def test_an_instance_says_once_what_is_open(tmp_path):
    """However many signatures there are, one observation of the instance names what none of them lists."""
    (each,) = observed(tmp_path, ct().leaving_out(PATIENT_NAME).then(listed=(tag_of("Rows"),)))
    assert each.case == "signer/file-000001"
    assert each.message.startswith("1 present element is protected by no valid signature; patient identity: ")


def test_nothing_is_said_where_nothing_is_open(tmp_path):
    """No observation where all is signed, where only single rows were asked for, and on an unsigned instance."""
    assert observed(tmp_path, two_signatures()) == []
    assert observed(tmp_path, ct().leaving_out(PATIENT_NAME), only=frozenset((MAC_ORDER,))) == []
    unsigned = judge_file(1, committed_path("ct"), Terms(edition()))
    assert CODE not in {each.code for case in unsigned.cases for each in case.observations}
