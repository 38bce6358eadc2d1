"""Which case of a later run is which of an earlier one.

A case names its file by number, in the order of its run, so one more file renames all that follow. Files are therefore
told by the SOP Instance UID (PS3.3 C.12.1); by number only where the runs have no instance in common, as when a product
wrote all of them anew. A case that is not named by a file, such as that of a vector, keeps its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dicomsig.conformance.results import Subject
from dicomsig.reporting.judged_cases import JudgedCases
from dicomsig.reporting.text import file_label

__all__ = ["Alignment", "align"]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The names of cases in the one run by those in the other; None for a case of a file that the other has not.

    `by_number` says that files were paired by their number alone.
    """

    by_number: bool = False
    _to_before: Mapping[int, int] = field(default_factory=dict)
    _to_after: Mapping[int, int] = field(default_factory=dict)

    def before(self, case: str, subject: Subject) -> str | None:
        """The name in the earlier run of a case of the later one."""
        return _renamed(case, subject, self._to_before)

    def after(self, case: str, subject: Subject) -> str | None:
        """The name in the later run of a case of the earlier one."""
        return _renamed(case, subject, self._to_after)


def align(before: JudgedCases, after: JudgedCases) -> Alignment:
    """The alignment of two runs; files of equal UID are paired in their order."""
    earlier, later = _files(before), _files(after)
    by_uid: dict[str, list[int]] = {}
    for number, uid in earlier.items():
        by_uid.setdefault(uid, []).append(number)
    pairs: dict[int, int] = {}
    for number, uid in later.items():
        if by_uid.get(uid):
            pairs[number] = by_uid[uid].pop(0)
    by_number = bool(earlier and later) and not any(later[number] for number in pairs)
    if by_number:
        pairs = {number: number for number in later if number in earlier}
    return Alignment(by_number, pairs, {earlier_number: number for number, earlier_number in pairs.items()})


def _files(cases: JudgedCases) -> dict[int, str]:
    """The UID of each file, by number in ascending order; empty for a file that none could be read from."""
    found: dict[int, str] = {}
    for case, subject in cases.subjects.items():
        if _named_by_file(case, subject):
            uid = subject.sop_instance_uid if subject.sop_instance_uid[:1].isdigit() else ""
            found[subject.file] = found.get(subject.file) or uid
    return dict(sorted(found.items()))


def _renamed(case: str, subject: Subject, numbers: Mapping[int, int]) -> str | None:
    if not _named_by_file(case, subject):
        return case
    number = numbers.get(subject.file)
    if number is None:
        return None
    return case if number == subject.file else case.replace(file_label(subject.file), file_label(number), 1)


def _named_by_file(case: str, subject: Subject) -> bool:
    return bool(subject.file) and file_label(subject.file) in case
