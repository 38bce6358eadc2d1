"""Room for the vendor's word on each failure: `comments.toml`, one table a failure, empty until it is filled in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dicomsig.conformance.names import ConformanceInputError, quoted
from dicomsig.conformance.toml_tables import read_toml
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.groups import Group, Standing, grouped
from dicomsig.reporting.text import safe_text

__all__ = ["Comments", "comments_toml", "failures_of", "read_comments"]

_LONGEST: Final = 2000
_HEAD: Final = """\
# Room for the vendor's comment on each failure of the report: one or two lines where you disagree, or what will be
# done about it. Write it between the quotes of `text`, keep the other lines, and make the bundle again.
"""

Key = tuple[str, str]
"""A requirement and a reason."""


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments by requirement and reason; `unused` are those on what the report has no failure of."""

    texts: Mapping[Key, str]
    unused: tuple[Key, ...] = ()


def failures_of(document: ResultDocument) -> tuple[Group, ...]:
    """The failures on which there can be a comment: those that count, then those that a deviation accepts."""
    groups = grouped(document, shown=1)
    return tuple(group for group in groups if group.standing in (Standing.FAILED, Standing.DEVIATED))


def comments_toml(document: ResultDocument, texts: Mapping[Key, str]) -> bytes:
    """The file, with the comments that there are and room for the others."""
    lines = [_HEAD]
    seen = set()
    for group in failures_of(document):
        key = (group.requirement, group.reason)
        if key in seen:
            continue
        seen.add(key)
        clause, summary = safe_text(group.clause, 200), safe_text(group.summary, 400)
        lines.append(f"# {clause}: {summary}" if summary else f"# {clause}")
        lines.append(f"# {group.count} case{'s' * (group.count != 1)}, the first {safe_text(group.first.case, 200)}")
        lines += ["[[comment]]", f"requirement = {_string(key[0])}", f"reason = {_string(key[1])}"]
        lines.append(f"text = {_string(texts.get(key, ''))}\n")
    if not seen:
        lines.append("# The report has no failure.")
    return ("\n".join(lines) + "\n").encode("utf-8")


def read_comments(path: Path, document: ResultDocument) -> Comments:
    """The comments in a file; raises `ConformanceInputError` with the key that is wrong."""
    root = read_toml(path)
    root.only(("comment",))
    due = {(group.requirement, group.reason) for group in failures_of(document)}
    texts: dict[Key, str] = {}
    for table in root.tables("comment"):
        table.only(("requirement", "reason", "text"))
        key = (table.text("requirement", required=True), table.text("reason"))
        if key in texts:
            raise ConformanceInputError(f"{quoted(table.path)} comments again on {quoted(key[0])}")
        text = table.text("text").strip()
        if len(text) > _LONGEST:
            raise ConformanceInputError(f"{quoted(table.where('text'))} has more than {_LONGEST} characters")
        texts[key] = text
    unused = tuple(key for key, text in texts.items() if key not in due and text)
    return Comments({key: text for key, text in texts.items() if key in due}, unused)


def _string(text: str) -> str:
    """A TOML basic string: what JSON escapes, TOML reads alike, once nothing unprintable but line ends is left."""
    return json.dumps("\n".join(safe_text(line, _LONGEST) for line in text.splitlines()), ensure_ascii=False)
