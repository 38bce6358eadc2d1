"""What is no fault of the signer convicts nobody."""

from pathlib import Path

import pytest

from dicomsig.conformance.editions import edition
from dicomsig.conformance.results import Outcome
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_private_key
from dicomsig.encoding import instance as reading
from dicomsig.encoding.limits import Limits
from dicomsig.judging import signer
from dicomsig.judging.signer import FileState, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.signatures.attributes import SIGNATURE
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import SigningRequest
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.samples import dcmtk_folder

SAMPLE = dcmtk_folder() / "ct-creator-sha256.dcm"
UNIQUE = "ps3.3-c.12.1.1.3-signature-uid-unique"


def facts_of(*paths: Path) -> RunFacts:
    facts = RunFacts()
    for number, path in enumerate(paths, start=1):
        facts.take(judge_file(number, path, Terms(edition())))
    return facts


def test_copies_of_a_file_bear_one_signature(tmp_path: Path) -> None:
    """A file that is there twice does not make its signature UID a repeated one."""
    copy = tmp_path / "copy.dcm"
    copy.write_bytes(SAMPLE.read_bytes())
    outcome, _ = judge_run(Terms(edition()), facts_of(SAMPLE, copy))
    assert [result.requirement for result in outcome.results] == []


def signed(path: Path, instance: str, uid: str) -> Path:
    credential = Credential.RSA_2048
    recipe = instances()[instance]
    with path.open("wb") as out:
        source = reading.instance_of(recipe.build())
        request = SigningRequest(
            key=load_private_key(credential.key_pem),
            certificate=credential.certificate_der,
            algorithm=MacAlgorithm.SHA256,
            tags=(0x00080016, 0x00080018),
            uid=uid,
        )
        write(sign(source, request), out)
    return path


@pytest.mark.parametrize(("second_uid", "convicted"), [("2.25.7", [UNIQUE]), ("2.25.8", [])])
def test_two_signatures_with_one_uid_are_convicted(tmp_path: Path, second_uid: str, convicted: list[str]) -> None:
    """Two signatures that both hold and share a UID are two signatures with one UID; the twin has its own."""
    facts = facts_of(signed(tmp_path / "a.dcm", "ct", "2.25.7"), signed(tmp_path / "b.dcm", "mr", second_uid))
    outcome, _ = judge_run(Terms(edition()), facts)
    assert [result.requirement for result in outcome.results if result.result is Outcome.FAIL] == convicted


def test_a_copy_that_was_tampered_with_is_no_second_signature(tmp_path: Path) -> None:
    """Whoever altered the signature value of a copy, the signer made one signature."""
    data = bytearray(SAMPLE.read_bytes())
    with reading.open_instance(SAMPLE) as instance:
        (signature,) = signatures(instance)
    element = signature.element(SIGNATURE)
    assert element is not None
    data[element.value] ^= 1
    copy = tmp_path / "copy.dcm"
    copy.write_bytes(data)
    outcome, _ = judge_run(Terms(edition()), facts_of(SAMPLE, copy))
    assert outcome.results == ()


def test_a_limit_of_ours_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance beyond our own bounds was not judged: that is no fault of its signer."""
    small = Limits(elements=5)
    monkeypatch.setattr(signer, "open_instance", lambda path: reading.open_instance(path, small))
    judgement = judge_file(1, SAMPLE, Terms(edition()))
    assert judgement.state is FileState.UNREADABLE
    assert [result.result for case in judgement.cases for result in case.results] == [Outcome.INCONCLUSIVE]


def test_a_truncated_file_is_a_fail_with_its_byte_offset(tmp_path: Path) -> None:
    """The twin of the limit: what the file itself does wrong convicts it."""
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(SAMPLE.read_bytes()[:5000])
    judgement = judge_file(1, cut, Terms(edition()))
    (result,) = [result for case in judgement.cases for result in case.results]
    assert result.result is Outcome.FAIL
    assert "byte " in result.found
