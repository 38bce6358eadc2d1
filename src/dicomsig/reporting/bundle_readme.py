"""The page that a person reads first in an evidence bundle: plain text, complete without any program of ours."""

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Final

from dicomsig.reporting.bundle_comments import Key, failures_of
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.groups import Standing
from dicomsig.reporting.headline import headline
from dicomsig.reporting.saved import SavedReport, product_name
from dicomsig.reporting.text import safe_text
from dicomsig.reporting.what_was_judged import judged_sentence

__all__ = ["readme"]

_MOST_FAILURES: Final = 100
_STATUS: Final[Mapping[int, str]] = {
    ExitCode.PASSED: "completed",
    ExitCode.INCONCLUSIVE: "completed, with open questions",
    ExitCode.STALE_DEVIATIONS: "completed, with stale deviations",
    ExitCode.FAILED: "completed with errors; the vendor's comments are below and in comments.toml",
}
_WHAT: Final = (
    ("report/report.html", "the report for people; open it in a browser"),
    ("report/report.json", "the result document: every result that is no pass, and counts of the passes"),
    ("report/report.jsonl", "the log of the run: every case with all it gave"),
    ("report/junit.xml", "the same for continuous integration"),
    ("report/fuzz/", "counterexamples: drawn instances on which a verifier went wrong, each with what it answered"),
    ("report/", "whatever else the report consists of, such as tables"),
    ("comments.toml", "the vendor's comments on the failures"),
    ("samples/", "the instances that were judged, as they were when the bundle was made; they can hold patient data"),
    ("private/", "the paths of the files that were judged"),
    ("manifest.json", "what was judged and by what, with the SHA-256 of every file"),
    ("manifest.p7s", "the signature over manifest.json: detached CMS, DER"),
)


def readme(report: SavedReport, texts: Mapping[Key, str], paths: list[str], *, signed: bool) -> bytes:
    """The text; `paths` are the other members of the bundle."""
    return ("\n".join(_lines(report.document, report.sha256, texts, paths, signed)) + "\n").encode("utf-8")


def _lines(
    document: ResultDocument, digest: str, texts: Mapping[Key, str], paths: list[str], signed: bool
) -> Iterator[str]:
    run, counts = document.run, document.summary.results
    yield "Evidence of a run of dicomsig, the conformance suite for DICOM digital signatures"
    yield ""
    yield from _wrapped(judged_sentence(document))
    yield ""
    pairs = (
        ("Product", product_name(document) or "not named"),
        ("Role", document.subject.role),
        ("Status", _STATUS.get(document.summary.exit_code, "not completed; see the result")),
        ("Result", headline(document).text),
        ("Exit code", f"{document.summary.exit_code}: {document.summary.exit_meaning}"),
        ("Results", f"{counts.passed} passed, {counts.failed} failed, {counts.deviated} failed and accepted, "
                    f"{counts.warnings} warnings, {counts.inconclusive} inconclusive"),
        ("Run", f"{run.id}, from {run.started} to {run.ended or 'an end that was not reached'}"),
        ("Judged by", f"dicomsig {document.suite.version}, edition {document.suite.edition} of the standard"),
        ("Corpus", document.suite.corpus_digest),
        ("Reference", f"report/report.json with SHA-256 {digest}"),
    )  # fmt: skip
    yield from (f"{name + ':':11} {safe_text(value)}" for name, value in pairs if value)
    yield ""
    yield from _failures(document, texts)
    yield "What is in it"
    for name, what in _WHAT:
        if any(path == name or (name.endswith("/") and path.startswith(name)) for path in paths):
            yield f"  {name:20} {what}"
    yield ""
    yield "How to check it"
    yield "  dicomsig bundle --verify FILE.zip" + (" --trust ANCHOR.pem" if signed else "")
    if signed:
        yield "  or, unpacked: openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json \\"
        yield "    -CAfile ANCHOR.pem -purpose any -out /dev/null"
        yield "  and compare the sha256sum of each file with manifest.json."
    else:
        yield "  The bundle is not signed: its hashes show accidents, and not who made it."


def _failures(document: ResultDocument, texts: Mapping[Key, str]) -> Iterator[str]:
    groups = failures_of(document)
    yield f"Failures: {len(groups) or 'none'}"
    for group in groups[:_MOST_FAILURES]:
        accepted = ", accepted by a deviation" if group.standing is Standing.DEVIATED else ""
        yield f"  {safe_text(group.requirement)} ({safe_text(group.clause)}){accepted}"
        cases = f"{group.count} case{'s' * (group.count != 1)}"
        yield f"    {safe_text(group.reason) or 'no reason given'}, in {cases}"
        comment = texts.get((group.requirement, group.reason), "")
        yield from _wrapped(f"Vendor: {comment}" if comment else "Vendor: no comment", "    ")
    if len(groups) > _MOST_FAILURES:
        yield f"  and {len(groups) - _MOST_FAILURES} more; see report/report.html"
    yield ""


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(safe_text(" ".join(text.split())), 100, initial_indent=indent, subsequent_indent=indent)
