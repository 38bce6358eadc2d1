"""JUnit XML for continuous integration: one test case for each requirement, whatever the number of files.

A requirement that fails without an accepted deviation is a failure. One that could not be decided, that only an
accepted deviation saves or that found nothing to judge is skipped; GitLab, GitHub and Jenkins show the reason of both.
A name never changes with the outcome, so that a comparison of two runs shows what changed; the class is role and
profile, without a dot of its own: Jenkins makes packages of dots. A stale deviation is a failure, an internal error is
an error.
"""

import xml.etree.ElementTree as ElementTree
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from dicomsig.conformance.register import register
from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.groups import Group, Standing, grouped, rerun_command, summary_of
from dicomsig.reporting.phrases import counted
from dicomsig.reporting.text import safe_text

__all__ = ["junit_xml"]

_SHOWN: Final = 20

_NOTHING_ASKS: Final = "not applicable: nothing in the files calls for it"
_NOT_ASKED: Final = {"archive": "not applicable: not claimed, or nothing that was seen calls for it"}
"""Why a requirement gave no result, by role."""


def junit_xml(document: ResultDocument) -> bytes:
    """The document as JUnit XML in UTF-8, with an XML declaration."""
    root = Element("testsuites", name="dicomsig")
    groups: dict[str, list[Group]] = {}
    for group in grouped(document, shown=_SHOWN):
        groups.setdefault(group.requirement, []).append(group)
    started = document.run.started.removesuffix("Z")  # the schema of Ant knows no offset; its times are in UTC
    suite = SubElement(root, "testsuite", name=f"dicomsig {document.subject.role}", timestamp=started)
    for tally in document.requirements:
        _requirement(suite, document, tally, groups.get(tally.requirement, []))
    _deviations(suite, document)
    if document.internal_errors:
        case = _case(suite, document, "dicomsig-itself", "no internal error")
        error = SubElement(case, "error", message=f"{len(document.internal_errors)} internal errors", type="internal")
        error.text = _text("\n".join(document.internal_errors))
    _count(suite, document)
    for name in ("tests", "failures", "errors", "skipped", "time"):
        root.set(name, suite.get(name, "0"))
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _requirement(suite: Element, document: ResultDocument, tally: RequirementTally, groups: list[Group]) -> None:
    case = _case(suite, document, _profile(tally.requirement), tally.requirement)
    by_standing = {standing: [group for group in groups if group.standing is standing] for standing in Standing}
    summary = summary_of(tally.requirement)
    if tally.failed:
        failed = by_standing[Standing.FAILED]
        message = f"{tally.clause}: {_reasons(failed)} in {counted(tally.failed, 'case')}. {summary}"
        failure = SubElement(case, "failure", message=_text(message), type=_text(_reasons(failed)))
        failure.text = _details(document, failed)
    elif tally.inconclusive:
        why = _reasons(by_standing[Standing.INCONCLUSIVE])
        message = f"inconclusive in {counted(tally.inconclusive, 'case')}: {why}"
        SubElement(case, "skipped", message=_text(message))
    elif tally.deviated:
        why = "; ".join(dict.fromkeys(group.first.deviation for group in by_standing[Standing.DEVIATED]))
        SubElement(case, "skipped", message=_text(f"accepted fail in {counted(tally.deviated, 'case')}: {why}"))
    elif not tally.passed and not tally.warnings:
        SubElement(case, "skipped", message=_NOT_ASKED.get(document.subject.role, _NOTHING_ASKS))
    rest = [group for group in groups if group.standing not in (Standing.FAILED, Standing.NOT_APPLICABLE)]
    if rest:
        SubElement(case, "system-out").text = _details(document, rest)


def _deviations(suite: Element, document: ResultDocument) -> None:
    for use in document.deviations:
        case = _case(suite, document, "deviations", f"{use.requirement} {use.reason}: deviation still serves")
        if use.stale:
            failure = SubElement(case, "failure", message=_text(use.stale), type="stale-deviation")
            failure.text = _text(f"why it was accepted: {use.why}\ncases: {', '.join(use.cases)}")


def _case(suite: Element, document: ResultDocument, part: str, name: str) -> Element:
    class_name = f"dicomsig.{document.subject.role}.{part}"
    return SubElement(suite, "testcase", classname=class_name, name=_text(name), time="0")


def _details(document: ResultDocument, groups: list[Group]) -> str:
    lines = []
    for group in groups:
        first = group.first
        lines.append(f"{group.standing.value}  {group.reason}  {counted(group.count, 'case')}")
        lines += [f"  {label:9} {text}" for label, text in _parts(document, group) if text]
        lines += [f"  case      {result.case}" for result in group.results]
        if group.more:
            lines.append(f"  and {group.more} more; see report.json")
        if first.deviation:
            lines.append(f"  accepted  {first.deviation}")
    return "\n".join(map(_text, lines))


def _parts(document: ResultDocument, group: Group) -> list[tuple[str, str]]:
    first = group.first
    return [
        ("message", "" if first.message == first.found else first.message),
        ("expected", first.expected),
        ("found", first.found),
        ("values", first.values),
        ("rerun", rerun_command(document, first)),
    ]


def _count(suite: Element, document: ResultDocument) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{_seconds(document):.0f}")


def _seconds(document: ResultDocument) -> float:
    if not document.run.ended:
        return 0.0
    ended, started = (datetime.fromisoformat(moment) for moment in (document.run.ended, document.run.started))
    return max(0.0, (ended - started).total_seconds())


def _profile(requirement: str) -> str:
    return register()[requirement].profile if requirement in register() else "other"


def _reasons(groups: list[Group]) -> str:
    return ", ".join(dict.fromkeys(group.reason or "no reason given" for group in groups))


def _text(text: str) -> str:
    """Text without the characters that XML cannot hold; line ends stay."""
    return "\n".join(safe_text(line) for line in text.split("\n"))
