"""What judging yields: a result is one requirement judged for one case.

The structs are those of the result document; ``reports/result.schema.json`` is made from them.
"""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How a requirement came out in one case."""

    PASS = "pass"
    FAIL = "fail"
    WARNING = "warning"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"


class Subject(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a result is about. UIDs are the only values of an instance that a report holds by default."""

    file: int = 0
    """Number of the file in the run, from 1; 0 for none."""
    sop_instance_uid: str = ""
    place: str = ""
    number: int = -1
    """Number of the signature at its place, from 0; -1 for none."""
    signature_uid: str = ""
    vector: str = ""
    mac_algorithm: str = ""
    """The defined term that the signature names, ``other`` for what is none; empty where no one algorithm is meant."""


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """One requirement judged for one case: what was expected, what was found, and by which clause."""

    requirement: str
    clause: str
    case: str
    subject: Subject
    result: Outcome
    reason: str = ""
    message: str = ""
    expected: str = ""
    found: str = ""
    deviation: str = ""
    """Why a fail is accepted, when a deviation names it."""
    values: str = ""
    """Values of the instance behind ``found``; only when asked for."""


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something worth knowing that no requirement judges: permissions used, profiles met without a claim."""

    case: str
    code: str
    message: str
    subject: Subject = Subject()
    requirement: str = ""


class CaseOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that judging one case gave: ids of the requirements that passed, and every result that is no pass."""

    case: str
    subject: Subject
    passed: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    observations: tuple[Observation, ...] = ()
    not_applicable: tuple[str, ...] = ()
    """Requirements whose check found nothing in this case to judge."""
