"""What to do after a run, the most pressing first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.groups import Group, Standing
from dicomsig.reporting.phrases import number_of
from dicomsig.reporting.roles import Role

__all__ = ["Step", "next_steps"]

_TO_JUDGE: Final[Mapping[str, str]] = {
    Role.VERIFIER: "Make the product, or the adapter for it, answer the first plain questions, and run it again.",
    Role.ARCHIVE: "See that the archive answers, stores and gives back, and run it again.",
}
"""What to do where there was nothing to judge, by role; else files are wanting."""

_NAME_SIGNED: Final = (
    "Name files or folders that hold signed instances, or, where dicomsig listened, let the product send some."
)

_NARROWED: Final = "Leave out what narrowed the run, or add what shows it: nothing of what was asked for was judged."

_DUE_UNCLAIMED: Final = "the rules for every signature, the base profile and the profiles asked for"
_DUE_OF_ARCHIVES: Final = "what every archive has to do, and the levels that it announces on the network,"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next; `anchor` is the place in the page that it speaks of, or empty."""

    text: str
    anchor: str = ""
    link: str = ""


def next_steps(document: ResultDocument, groups: Sequence[tuple[str, Group]]) -> tuple[Step, ...]:
    """What to do next, the most pressing first; `groups` are those of the page with their anchors."""
    return tuple(_steps(document, groups))


def _steps(document: ResultDocument, groups: Sequence[tuple[str, Group]]) -> Iterator[Step]:
    summary = document.summary
    if summary.exit_code == ExitCode.INTERNAL_ERROR:
        anchor = "internal" if document.internal_errors else ""
        yield Step("Report to the makers of dicomsig what went", anchor, "wrong inside it")
    if document.run.interrupted:
        yield Step("Run it again to its end: what was not reached is in no count of this report.")
    if summary.not_opened:
        yield Step("Make readable the files that could not be opened; private/paths.csv in the report names them.")
    verifier = document.subject.role == Role.VERIFIER
    if summary.exit_code == ExitCode.NOTHING_TO_JUDGE:
        answered = summary.signed if verifier else summary.signatures
        narrowed = bool(document.run.only and answered)
        yield Step(_NARROWED if narrowed else _TO_JUDGE.get(document.subject.role, _NAME_SIGNED))
    failed = [(anchor, group) for anchor, group in groups if group.standing is Standing.FAILED]
    if failed:
        anchor, group = failed[0]
        cases = number_of(group.count, "case")
        if group.is_grave and len(failed) > 1:
            begin = f"Begin with the gravest failure, in {cases}:"
        elif any(each.count < group.count for _, each in failed):
            begin = f"Begin with the failure that has {cases}, the most of all:"
        elif len(failed) > 1:
            begin = f"Begin with the first of {len(failed)} failures that have {cases} each:"
        else:
            begin = f"Begin with the failure that has {cases}:"
        yield Step(begin, anchor, group.requirement)
        signer = document.subject.role == Role.SIGNER
        mend = "Change what it names, write the instance again" if signer else "Mend what it names"
        yield Step(f"{mend}, and run the command given with it.")
    if any(use.stale for use in document.deviations):
        yield Step("Remove or renew the deviations that are", "deviations", "stale")
    undecided = [(anchor, group) for anchor, group in groups if group.standing is Standing.INCONCLUSIVE]
    if undecided:
        anchor, group = undecided[0]
        yield Step("See what was missing where dicomsig could not decide:", anchor, group.requirement)
    if document.subject.claims is None and summary.signed and not verifier:
        due = _DUE_OF_ARCHIVES if document.subject.role == Role.ARCHIVE else _DUE_UNCLAIMED
        yield Step(
            f"Write down what the product claims and judge it with --claims: without claims, only {due} can fail."
        )
    if summary.exit_code == ExitCode.PASSED:
        yield Step("Keep this report with the version of the product, and judge again after each change.")
