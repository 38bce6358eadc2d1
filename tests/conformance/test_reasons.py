"""Every reason code has one row that says in plain words what it means and who mends it (profiles/reasons.csv)."""

import csv
import re
from collections import Counter
from pathlib import Path

import dicomsig
from dicomsig import resources
from dicomsig.conformance.preservation.reasons import BREAKING, PreservationReason
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.register import register
from dicomsig.crypto.certificates import CertificateReason
from dicomsig.crypto.rsa import RsaReason
from dicomsig.crypto.trust import TrustReason
from dicomsig.encoding.findings import EncodingReason
from dicomsig.judging.archive.reasons import ArchiveReason
from dicomsig.judging.verifier_reasons import VerifierReason
from dicomsig.signatures.verdict import Axis, SignatureReason
from dicomsig.systems.dimse.faults import NetworkFault
from dicomsig.systems.faults import AdapterFault

OWNED = (
    EncodingReason,
    RsaReason,
    CertificateReason,
    TrustReason,
    SignatureReason,
    CheckReason,
    PreservationReason,
    BREAKING,
    VerifierReason,
    AdapterFault,
    NetworkFault,
    ArchiveReason,
)
SHARED = {"key-unusable"}  # the RSA step and the certificate give it for the same cause


def rows():
    path = resources.content("profiles") / "reasons.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_code_has_one_row_and_every_row_a_code():
    """The file is the union of the enumerations, no more and no less."""
    codes = [row["code"] for row in rows()]
    assert len(codes) == len(set(codes))
    assert set(codes) == {str(member) for owner in OWNED for member in owner}


def test_no_code_belongs_to_two_packages_by_accident():
    """A code means one thing: two enumerations share it only where it is said here."""
    counts = Counter(str(member) for owner in OWNED for member in owner)
    assert {code for code, count in counts.items() if count > 1} == SHARED


def test_every_row_speaks_of_a_requirement():
    """Each reason is tied to a row of the register."""
    assert [row["code"] for row in rows() if row["requirement"] not in register()] == []


def test_axis_and_mender_are_words_of_the_project():
    """A reason belongs to an axis, to the encoding, the checks or what a product answered, and somebody mends it."""
    axes = {"encoding", "conformance", "answer", "adapter", "hop", *Axis}
    menders = {"signer", "archive", "operator", "nobody", "tester", "verifier", "product", "adapter"}
    assert {row["axis"] for row in rows()} <= axes
    assert {row["mends"] for row in rows()} <= menders


def test_every_reason_is_one_plain_sentence():
    """The text is a sentence for people who do not know the standard: no clause, no tag, a full stop."""
    for row in rows():
        assert re.fullmatch(r"[A-Z][^\n]+\.", row["text"]), row["code"]
        assert not re.search(r"PS3|\([0-9A-F]{4},|RFC", row["text"]), row["code"]


def test_every_reason_of_the_checks_is_given_by_one():
    """No code of the checks is idle."""
    folder = Path(dicomsig.__file__).parent / "conformance" / "checks"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert [member for member in CheckReason if f"CheckReason.{member.name}" not in text] == []
