"""Verifiers that differ from the reference wherever they may are convicted of nothing."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.impostors.honest import HonestVerifier
from dicomsig.judging.choice import Choice, chosen_vectors
from dicomsig.judging.terms import Terms
from dicomsig.judging.vector_files import VectorFiles
from dicomsig.judging.verifier_run import VerifierTrial
from dicomsig.systems.protocol import Declined, FileVerdict, Problem, SignatureRow, Signatures, VerdictOfFile
from dicomsig.vectors.cache import built
from dicomsig.vectors.index import index

pytestmark = pytest.mark.slow

NOT_TAKEN = ("1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.110")
"""Big endian, deflated, and two that are younger than many products."""


class JudgesTrustToday(HonestVerifier):
    """Asks whether the certificate is valid today, whatever the signing time: PS3.15 C.1 leaves that open (A-17)."""

    def verdict(self, instance, signature, trust):
        return super().verdict(instance, signature, replace(trust, at=trust.at or datetime(2026, 6, 1, tzinfo=UTC)))


class Severe(HonestVerifier):
    """Calls invalid what it cannot tell, leaves trust open, and takes no file with an error of encoding."""

    def verify(self, path, trust=(), at=None):
        try:
            with open_instance(path) as instance:
                if instance.findings:
                    return Problem("the file is malformed")
                if instance.syntax.uid in NOT_TAKEN:
                    return Declined("the transfer syntax is not supported")
        except MalformedError:
            return Problem("the file is malformed")
        said = super().verify(path, trust, at)
        return Signatures(tuple(self.severe(row) for row in said.signatures))

    def severe(self, row):
        integrity = "invalid" if row.integrity == "indeterminate" else row.integrity
        return msgspec.structs.replace(row, integrity=integrity, trust="indeterminate")


class Taciturn(HonestVerifier):
    """Says nothing of what it cannot tell, and calls unsigned what it cannot read; it judges integrity alone."""

    def describe(self):
        return msgspec.structs.replace(super().describe(), axes=("integrity",), honours=())

    def verify(self, path, trust=(), at=None):
        said = super().verify(path, trust, at)
        rows = said.signatures if isinstance(said, Signatures) else ()
        told = [row for row in rows if row.integrity != "indeterminate"]
        return Signatures(tuple(SignatureRow(row.place, row.integrity, number=row.number) for row in told))


class HasOneAnswer(HonestVerifier):
    """Accepts a file when nothing at all is wrong with any of its signatures, and rejects it for any doubt."""

    def describe(self):
        return msgspec.structs.replace(super().describe(), axes=())

    def verify(self, path, trust=(), at=None):
        said = super().verify(path, trust, at)
        if not isinstance(said, Signatures):
            return said
        if not said.signatures:
            return VerdictOfFile(FileVerdict.UNSIGNED)
        holds = all(row.integrity == row.structure == row.trust == "valid" for row in said.signatures)
        return VerdictOfFile(FileVerdict.ACCEPT if holds else FileVerdict.REJECT)


@pytest.mark.parametrize("lawful", [JudgesTrustToday, Severe, Taciturn, HasOneAnswer])
def test_a_lawful_verifier_passes_all_that_is_asked_of_it(lawful):
    """No vector gives a fail, a warning or a doubt."""
    terms = Terms(edition(DEFAULT))
    with VectorFiles(built()) as files:
        trial = VerifierTrial(lawful, index(), files)
        first = trial.first()
        assert first.problem == ""
        with closing(trial.outcomes(first, terms, chosen_vectors(trial.vectors, terms, Choice()))) as outcomes:
            cases = [outcome for _, outcome in outcomes]
    assert [result for case in cases for result in case.results] == []
    assert sum(bool(case.passed) for case in cases) > 1000
