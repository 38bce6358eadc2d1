r"""Text from outside enters a report escaped, bounded and, where a UID is due, as a UID or not at all.

Control, formatting and undecodable characters are written as ``\xNN``,
and UIDs are the only values of an instance that a report holds by default.
"""

import re
from typing import Final

import msgspec

from dicomsig.conformance.names import printable
from dicomsig.conformance.results import CaseOutcome, Observation, Result, Subject
from dicomsig.crypto.digests import reported_algorithm

__all__ = ["clean_case", "file_label", "formula_safe", "safe_text", "shortened", "shown_uid"]

_LONGEST: Final = 2000
"""Characters of one field of a report; what comes from an instance or a product may be of any length."""

_MOST_ESCAPES: Final = 4096
_UID: Final = re.compile(r"[0-9.]{1,64}")
_NOT_A_UID: Final = "(not a UID)"
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With their full-width forms, which some programs take for the same."""


class _Escapes(dict[int, str]):
    """How each character is written, remembered for those met first: hostile text has them by the million."""

    def __missing__(self, code: int) -> str:
        written = printable(chr(code))
        if len(self) < _MOST_ESCAPES:
            self[code] = written
        return written


_ESCAPES: Final = _Escapes()


def safe_text(text: str, longest: int = _LONGEST) -> str:
    r"""The text with each control, formatting or undecodable character as ``\xNN``, cut beyond `longest` characters."""
    cut = shortened(text, longest)
    if cut.isprintable():  # holds for no character that `printable` escapes
        return cut
    return cut.translate(_ESCAPES)


def shortened(text: str, longest: int) -> str:
    """The text, or its first characters and an ellipsis: never more than `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def formula_safe(text: str) -> str:
    """The text as a spreadsheet takes it for text: a leading formula character gets an apostrophe before it."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text[:1] in ("\t", "\r") else text


def file_label(number: int) -> str:
    """The name that a file has in a report: ``file-000123``; empty for no file."""
    return f"file-{number:06d}" if number else ""


def clean_case(outcome: CaseOutcome, *, with_values: bool) -> CaseOutcome:
    """The outcome as a report may hold it; the same object where nothing has to change."""
    results = tuple(_clean_result(result, with_values) for result in outcome.results)
    observations = tuple(_clean_observation(observation) for observation in outcome.observations)
    subject = _clean_subject(outcome.subject)
    case = _clean(outcome.case)
    unchanged = case is outcome.case and subject is outcome.subject
    unchanged = unchanged and all(map(_same, results, outcome.results))
    if unchanged and all(map(_same, observations, outcome.observations)):
        return outcome
    return CaseOutcome(case, subject, outcome.passed, results, observations, outcome.not_applicable)


def _same(one: object, other: object) -> bool:
    return one is other


def _clean(text: str) -> str:
    return text if text.isprintable() and len(text) <= _LONGEST else safe_text(text)


def _is_clean(*texts: str) -> bool:
    joined = "".join(texts)
    return joined.isprintable() and len(joined) <= _LONGEST


def _clean_result(result: Result, with_values: bool) -> Result:
    values = result.values if with_values else ""
    subject = _clean_subject(result.subject)
    plain = _is_clean(
        result.requirement, result.clause, result.case, result.reason, result.message, result.expected, result.found,
        result.deviation, values,
    )  # fmt: skip
    if plain and subject is result.subject and values == result.values:
        return result
    return Result(
        requirement=_clean(result.requirement),
        clause=_clean(result.clause),
        case=_clean(result.case),
        subject=subject,
        result=result.result,
        reason=_clean(result.reason),
        message=_clean(result.message),
        expected=_clean(result.expected),
        found=_clean(result.found),
        deviation=_clean(result.deviation),
        values=_clean(values),
    )


def _clean_observation(observation: Observation) -> Observation:
    subject = _clean_subject(observation.subject)
    texts = (observation.case, observation.code, observation.message, observation.requirement)
    if _is_clean(*texts) and subject is observation.subject:
        return observation
    return msgspec.structs.replace(
        observation,
        case=_clean(observation.case),
        code=_clean(observation.code),
        message=_clean(observation.message),
        requirement=_clean(observation.requirement),
        subject=subject,
    )


def _clean_subject(subject: Subject) -> Subject:
    instance, signature = shown_uid(subject.sop_instance_uid), shown_uid(subject.signature_uid)
    algorithm = reported_algorithm(subject.mac_algorithm) if subject.mac_algorithm else ""
    stay = instance is subject.sop_instance_uid and signature is subject.signature_uid
    if stay and algorithm == subject.mac_algorithm and _is_clean(subject.place, subject.vector):
        return subject
    return msgspec.structs.replace(
        subject,
        sop_instance_uid=instance,
        signature_uid=signature,
        place=_clean(subject.place),
        vector=_clean(subject.vector),
        mac_algorithm=algorithm,
    )


def shown_uid(text: str) -> str:
    """A UID as it is; anything else in its place is a value of the instance, and a report does not hold it."""
    return text if not text or _UID.fullmatch(text) else _NOT_A_UID
