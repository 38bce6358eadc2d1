"""The part of a DICOM conformance statement that reports prove (PS3.2 A.7.1, PS3.4 B.4.3, PS3.15 6).

Only what a run showed is stated. A claim that no run proved is marked, and what no test can show is left to the vendor,
with the clause that asks for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.conformance.register import Requirement, Strength, register
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.reporting.claim_standings import ClaimStanding, Held, claim_standings, whole_run
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.phrases import number_of
from dicomsig.reporting.roles import Role
from dicomsig.reporting.saved import product_name

__all__ = ["AlgorithmLine", "Basis", "ClaimLine", "Mark", "OpenPoint", "Statement", "StatementError", "statement_of"]

_VERIFIES: Final = "ps3.15-c.1-verifies-"
_TITLES: Final = {
    "base": ("Base RSA Digital Signature Secure Profile", "PS3.15 C.1"),
    "creator": ("Creator RSA Digital Signature Secure Profile", "PS3.15 C.2"),
    "authorization": ("Authorization RSA Digital Signature Secure Profile", "PS3.15 C.3"),
    "structured-report": ("Structured Report RSA Digital Signature Secure Profile", "PS3.15 C.4"),
    "online-storage": ("Online Electronic Storage Secure Use Profile", "PS3.15 A.1"),
    "basic-signatures": ("Basic Digital Signatures Secure Use Profile", "PS3.15 A.2"),
    "bit-preserving": ("Bit-Preserving Digital Signatures Secure Use Profile", "PS3.15 A.3"),
    "basic-sr": ("Basic SR Digital Signatures Secure Use Profile", "PS3.15 A.4"),
}
_LEVELS: Final = {"storage-level": ("Storage level {}", "PS3.4 B.4.1.1"),
                  "signature-level": ("Digital signature level {}", "PS3.4 B.4.1.4")}  # fmt: skip
_FAILED: Final = (Held.FAILS, Held.ACCEPTED)
_WORST_FIRST: Final = (Held.FAILS, Held.ACCEPTED, Held.OPEN, Held.HOLDS, Held.NOT_JUDGED)


class StatementError(Exception):
    """No one statement can be made of these reports; the text says why."""


class Mark(StrEnum):
    """Whether what is stated was shown."""

    PROVED = "proved"
    NOT_PROVED = "NOT PROVED"
    DISPROVED = "DISPROVED"
    """Something of it failed, whether a deviation accepts that or not."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A run that the statement rests on."""

    role: str
    run: str
    when: str
    suite: str
    edition: str
    what: str


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim with its clause, and how it came out in each role that judged it."""

    title: str
    clause: str
    mark: Mark
    how: str


@dataclass(frozen=True, slots=True)
class AlgorithmLine:
    """One MAC algorithm: what the product created and verified with it, in words; empty where nothing was shown."""

    term: str
    created: str
    verified: str


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that the statement has to say and that no test shows."""

    requirement: str
    clause: str
    summary: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The fragment, ready to be written."""

    product: str
    basis: tuple[Basis, ...]
    claims: tuple[ClaimLine, ...]
    claimed: bool
    """Whether a claims file said what the product claims."""
    algorithms: tuple[AlgorithmLine, ...]
    elements: str
    deviations: tuple[str, ...]
    points: tuple[OpenPoint, ...]

    @property
    def not_proved(self) -> int:
        """How many claims no run decided."""
        return sum(line.mark is Mark.NOT_PROVED for line in self.claims)

    @property
    def disproved(self) -> int:
        """How many claims a run showed not to hold."""
        return sum(line.mark is Mark.DISPROVED for line in self.claims)


def statement_of(documents: Sequence[ResultDocument]) -> Statement:
    """The fragment for one product from its reports, one or more; raises `StatementError` for several products."""
    names = {(each.subject.vendor, each.subject.product, each.subject.version) for each in documents}
    if len(names) > 1:
        named = "; ".join(sorted(product_name(each) or f"a {each.subject.role} without a name" for each in documents))
        raise StatementError(f"a statement is about one product in one version, and these reports are about: {named}")
    return Statement(
        product=product_name(documents[0]),
        basis=tuple(map(_basis, documents)),
        claims=tuple(_claims(documents)),
        claimed=any(each.subject.claims is not None for each in documents),
        algorithms=tuple(_algorithms(documents)),
        elements=_elements(documents),
        deviations=tuple(_deviations(documents)),
        points=tuple(_points(documents)),
    )


def _basis(document: ResultDocument) -> Basis:
    summary, run = document.summary, document.run
    if document.subject.role == Role.SIGNER:
        what = f"{number_of(summary.signatures, 'signature')} in {number_of(summary.signed, 'signed instance')}"
    else:
        what = number_of(summary.files, "instance")
    counts = summary.results
    came = f"{number_of(counts.passed, 'pass', 'passes')}, {number_of(counts.failed + counts.deviated, 'fail')}"
    when = run.ended or run.started
    return Basis(document.subject.role, run.id, when, document.suite.version, document.suite.edition, f"{what}: {came}")


def _claims(documents: Sequence[ResultDocument]) -> Iterator[ClaimLine]:
    """Each claim of any report; without a claims file, the profiles that were asked for."""
    found: dict[tuple[str, str], list[tuple[str, ClaimStanding]]] = {}
    claimed = any(document.subject.claims is not None for document in documents)
    for document in documents:
        for each in claim_standings(document):
            due = each.claimed if claimed else each.name in document.run.profiles
            if due and each.kind != "mac-algorithm":
                found.setdefault((each.kind, each.name), []).append((document.subject.role, each))
    for (kind, name), standings in found.items():
        title, clause = _title(kind, name)
        judged = [(role, each) for role, each in standings if each.held is not Held.NOT_JUDGED] or standings
        worst = min((each.held for _, each in judged), key=_WORST_FIRST.index)
        yield ClaimLine(title, clause, _mark(worst), "; ".join(f"as {role}: {_how(each)}" for role, each in judged))


def _mark(held: Held) -> Mark:
    if held is Held.HOLDS:
        return Mark.PROVED
    return Mark.DISPROVED if held in _FAILED else Mark.NOT_PROVED


def _title(kind: str, name: str) -> tuple[str, str]:
    if kind == "profile":
        return _TITLES.get(name, (name, ""))
    title, clause = _LEVELS[kind]
    return title.format(name), clause


def _how(each: ClaimStanding) -> str:
    judged = number_of(each.judged, "requirement")
    match each.held:
        case Held.HOLDS:
            return f"{judged} judged, and none fails"
        case Held.FAILS:
            return f"{each.failed} of {judged} {'fails' if each.failed == 1 else 'fail'}"
        case Held.OPEN:
            return each.why or f"{each.inconclusive} of {judged} could not be decided in every case"
        case _:
            return each.why


def _algorithms(documents: Sequence[ResultDocument]) -> Iterator[AlgorithmLine]:
    """The MAC algorithms that a product created, claims to create or verified, in the order of the standard."""
    for term in (each.value for each in MacAlgorithm):
        created = "; ".join(filter(None, (_created(each, term) for each in documents)))
        verified = "; ".join(filter(None, (_verified(each, term) for each in documents)))
        if created or verified:
            yield AlgorithmLine(term, created, verified)


def _created(document: ResultDocument, term: str) -> str:
    if document.subject.role != Role.SIGNER:
        return ""
    number = next((each.signatures for each in document.summary.mac_algorithms if each.mac_algorithm == term), 0)
    claims = document.subject.claims
    claimed = claims is not None and term in claims.mac_algorithms
    if not claimed:
        return f"{number_of(number, 'signature')}, not claimed" if number else ""
    [standing] = [each for each in claim_standings(document) if (each.kind, each.name) == ("mac-algorithm", term)]
    if standing.held is Held.HOLDS:
        return f"{Mark.PROVED} by {number_of(number, 'signature')}"
    return f"{_mark(standing.held)}: {standing.why}"


def _verified(document: ResultDocument, term: str) -> str:
    if document.subject.role != Role.VERIFIER:
        return ""
    row = next((each for each in document.requirements if each.requirement == _VERIFIES + term.lower()), None)
    if row is None or not (row.passed or row.failed or row.deviated or row.inconclusive):
        return f"{Mark.NOT_PROVED}: not judged"
    if row.failed or row.deviated:
        return f"{Mark.DISPROVED}: {number_of(row.failed + row.deviated, 'case fails', 'cases fail')}"
    if why := whole_run(document):
        return f"{Mark.NOT_PROVED}: {why}"
    if row.inconclusive:
        return f"{Mark.NOT_PROVED}: {number_of(row.inconclusive, 'case')} could not be decided"
    return f"{Mark.PROVED} by {number_of(row.passed, 'case')}"


def _elements(documents: Sequence[ResultDocument]) -> str:
    signed = sum(each.summary.signed for each in documents if each.subject.role == Role.SIGNER)
    if not signed:
        return ""
    return (
        f"The product may include the MAC Parameters Sequence (4FFE,0001) and the Digital Signatures Sequence "
        f"(FFFA,FFFA): {number_of(signed, 'instance')} that it wrote had them."
    )


def _deviations(documents: Sequence[ResultDocument]) -> Iterator[str]:
    for document in documents:
        for each in document.deviations:
            if each.matched:
                clause = register()[each.requirement].clause if each.requirement in register() else ""
                where = f" ({clause})" if clause else ""
                yield f"{each.requirement}{where}: {each.why}, until {each.expires}"


def _points(documents: Sequence[ResultDocument]) -> Iterator[OpenPoint]:
    """What the register says that a statement declares, for the roles that were judged."""
    actors = {"any", *(each.subject.role for each in documents)}
    claimed = {name for each in documents if each.subject.claims is not None for name in each.subject.claims.profiles}
    if "structured-report" in claimed:
        actors.add("report-creator")
    labels = {each.suite.edition for each in documents}
    answered = _answered(documents)
    for row in register().values():
        due = _is_due(row) and row.actor in actors and row.id not in answered
        if due and any(row.holds_in(label) for label in labels):
            yield OpenPoint(row.id, row.clause, row.summary)


def _answered(documents: Sequence[ResultDocument]) -> set[str]:
    """The points that the fragment itself answers, or that do not arise by what is claimed."""
    claims = [each.subject.claims for each in documents if each.subject.claims is not None]
    levels = {each.storage_level for each in claims} - {None}
    answers = (
        ("ps3.2-a.7.1-security-profiles-declared", any(each.profiles for each in claims)),
        ("ps3.4-b.4.3.1-optional-elements-declared", bool(_elements(documents))),
        ("ps3.4-b.4.3.2-storage-level-declared", bool(levels)),
        ("ps3.4-b.4.3.2-signature-level-declared", any(each.signature_level is not None for each in claims)),
        ("ps3.4-b.4.1.1-storage-level-0-declared", bool(levels) and 0 not in levels),
    )
    return {name for name, answered in answers if answered}


def _is_due(row: Requirement) -> bool:
    return row.profile == "statement" and row.strength is Strength.SHALL
