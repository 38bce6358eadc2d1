"""A signer is judged by its files: each instance, each signature in it, then all together."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dicomsig.conformance.reason_table import reason_table
from dicomsig.conformance.register import Scope, register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result, Subject
from dicomsig.conformance.unprotected import CODE, unprotected
from dicomsig.conformance.views import JudgedInstance, JudgedSignature, judged
from dicomsig.crypto.digests import reported_algorithm
from dicomsig.encoding import tags
from dicomsig.encoding.elements import find
from dicomsig.encoding.findings import EncodingFinding, EncodingReason, MalformedError
from dicomsig.encoding.instance import Instance, open_instance
from dicomsig.judging.bare_files import refuse_bare_prefix
from dicomsig.judging.profiles import ProfileStanding, judge_profiles
from dicomsig.judging.rows import Tally
from dicomsig.judging.terms import ALWAYS_DUE, Terms
from dicomsig.signatures.macro import data_sets
from dicomsig.signatures.verdict import Axis, Status, Verdict

ROLE = "signer"

_NOT_OF_THE_SIGNER = frozenset(
    (
        EncodingReason.FILE_CHANGED,
        EncodingReason.NESTING,
        EncodingReason.ELEMENTS,
        EncodingReason.INFLATION_LIMIT,
        EncodingReason.SYNTAX_UNKNOWN,
    )
)
"""What ended the reading through a limit of ours, through whoever wrote to the file, or through a transfer syntax that
we do not know: nobody is convicted of it."""


class FileState(StrEnum):
    """What became of one file."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    NOT_OPENED = "not-opened"
    INTERNAL = "internal-error"


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What the run remembers of one signature of the product."""

    uid: str
    fingerprint: bytes
    """Digest of the signature value: two copies of one file bear one signature, not two with one UID."""
    mac_algorithm: str
    own: bool
    integrity: Status
    structure: Status
    trust: Status
    time: Status


@dataclass(frozen=True, slots=True)
class FileJudgement:
    """What judging one file gave: its cases, what became of it, which profiles it meets, what went wrong inside us."""

    number: int
    state: FileState
    cases: tuple[CaseOutcome, ...] = ()
    signatures: tuple[SignatureFacts, ...] = ()
    profiles: tuple[tuple[str, ProfileStanding], ...] = ()
    internal_errors: tuple[str, ...] = ()
    problem: str = ""

    @property
    def failed(self) -> bool:
        """Whether a requirement was broken, which an unsigned instance can do too: MAC parameters without a use."""
        return any(result.result is Outcome.FAIL for case in self.cases for result in case.results)

    def profiles_with(self, standing: ProfileStanding) -> tuple[str, ...]:
        """The profiles that stand so in this instance."""
        return tuple(profile for profile, found in self.profiles if found is standing)


def file_case(number: int) -> str:
    """The name of the case of one file."""
    return f"{ROLE}/file-{number:06d}"


def judge_file(number: int, path: Path, terms: Terms) -> FileJudgement:
    """Judge one file; whatever happens comes back as a judgement, nothing is raised but an interrupt."""
    try:
        with open_instance(path) as instance:
            refuse_bare_prefix(instance)
            judgement = _judge_instance(number, instance, terms)
            instance.check_unchanged()
            return judgement
    except MalformedError as error:
        return _unreadable(number, error.finding, terms)
    except OSError as error:
        return FileJudgement(number, FileState.NOT_OPENED, problem=error.strerror or type(error).__name__)
    except Exception as error:  # our fault, never a verdict
        message = f"{file_case(number)}: {type(error).__name__}"
        return FileJudgement(number, FileState.INTERNAL, internal_errors=(message,))


def _unreadable(number: int, finding: EncodingFinding, terms: Terms) -> FileJudgement:
    """An instance that cannot be read is a fail with the byte offset."""
    requirement = register().get(reason_table()[finding.reason].requirement)
    subject = Subject(file=number)
    case = file_case(number)
    outcome = (
        Outcome.INCONCLUSIVE
        if finding.reason in _NOT_OF_THE_SIGNER
        else terms.conviction(requirement) or Outcome.WARNING
    )
    result = Result(
        requirement=requirement.id,
        clause=requirement.clause,
        case=case,
        subject=subject,
        result=outcome,
        reason=finding.reason,
        message=str(finding),
        expected="an instance that can be read to its end",
        found=f"{finding.message}, at {finding.path}, byte {finding.offset}",
    )
    results = (result,) if not terms.only or requirement.id in terms.only else ()
    return FileJudgement(number, FileState.UNREADABLE, (CaseOutcome(case, subject, results=results),))


def _judge_instance(number: int, instance: Instance, terms: Terms) -> FileJudgement:
    whole = judged(
        instance,
        terms.edition,
        file=number,
        claims=terms.claims,
        trust=terms.trust,
        is_own=lambda verdict: terms.is_own(verdict.certificate),
    )
    views = whole.signatures
    tally = Tally(file_case(number), Subject(file=number, sop_instance_uid=whole.sop_instance_uid))
    if not views and not any(find(found, tags.MAC_PARAMETERS) for _, found in data_sets(instance.elements)):
        tally.observe("unsigned", "the instance bears no signature")
        return FileJudgement(number, FileState.UNSIGNED, (tally.outcome(),))
    tally.ask(terms.rows(Scope.INSTANCE, *ALWAYS_DUE), whole, terms)
    if not views:
        tally.observe("unsigned", "the instance bears MAC parameters and no signature")
        return FileJudgement(number, FileState.UNSIGNED, (tally.outcome(),))
    tallies = [_signature_tally(each, terms) for each in views]
    profiles = judge_profiles(whole, tally, tallies, terms)
    if not terms.only:
        _observe_unprotected(whole, tally)
    return FileJudgement(
        number=number,
        state=FileState.SIGNED,
        cases=(tally.outcome(), *(each.outcome() for each in tallies)),
        signatures=tuple(_facts(each) for each in views),
        profiles=profiles,
        internal_errors=(*tally.internal_errors, *(error for each in tallies for error in each.internal_errors)),
    )


def _observe_unprotected(whole: JudgedInstance, tally: Tally) -> None:
    """Say what could be changed and every signature would still hold; that is no fault, and good to know."""
    found = unprotected(whole)
    if found is not None:
        tally.observe(CODE, found.message)


def _facts(view: JudgedSignature) -> SignatureFacts:
    verdict = view.verdict
    return SignatureFacts(
        verdict.uid,
        hashlib.sha256(view.signature.signature_value).digest(),
        verdict.mac_algorithm,
        view.own,
        verdict.integrity,
        verdict.structure,
        verdict.trust,
        verdict.time,
    )


def _signature_tally(view: JudgedSignature, terms: Terms) -> Tally:
    """Macro and Base are due on every signature of the product itself."""
    subject = Subject(
        file=view.whole.file,
        sop_instance_uid=view.whole.sop_instance_uid,
        place=view.signature.place,
        number=view.signature.number,
        signature_uid=view.verdict.uid,
        mac_algorithm=reported_algorithm(view.verdict.mac_algorithm),
    )
    tally = Tally(file_case(view.whole.file) + view.signature.name, subject)
    if view.own:
        tally.ask(terms.rows(Scope.SIGNATURE, *ALWAYS_DUE), view, terms)
    else:
        verdict = view.verdict
        message = f"a signature by another key than those of the claimed certificates; integrity {verdict.integrity}"
        tally.observe("signature-of-another", message)
    if terms.trust.store.anchors:
        _observe_trust(view.verdict, tally)
    return tally


def _observe_trust(verdict: Verdict, tally: Tally) -> None:
    """Say why a signature is not trusted: no requirement hangs on it, and whoever names anchors asks."""
    if verdict.trust is Status.VALID:
        return
    reasons = dict.fromkeys(r.reason for r in verdict.remarks if r.axis is Axis.TRUST and r.status is not Status.VALID)
    tally.observe(f"trust-{verdict.trust}", ", ".join(reasons))
