"""The lines of the run log report.jsonl and their JSON Schema: `python -m dicomsig.reporting.log_schema` writes it."""

from typing import Any, Final

import msgspec

from dicomsig import resources
from dicomsig.conformance.results import CaseOutcome
from dicomsig.reporting.document import SCHEMA_VERSION, RunStart, Summary
from dicomsig.systems.stable_schema import stable_text

__all__ = ["FILE_NAME", "EndLine", "StartLine", "schema_text"]

FILE_NAME: Final = "log.schema.json"


class StartLine(msgspec.Struct, frozen=True):
    """The first line: what judges, by which edition, what is judged; it also marks the folder as a report of ours."""

    dicomsig_report: RunStart


class EndLine(msgspec.Struct, frozen=True):
    """The last line; a log without it is of a run that was killed."""

    end: str
    """When the run ended: ISO 8601 in UTC."""
    interrupted: bool
    summary: Summary


_LINES: Final = (StartLine, CaseOutcome, EndLine)


def schema_text() -> str:
    """The schema of one line as it is stored: JSON Schema 2020-12."""
    made, components = msgspec.json.schema_components(_LINES, ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dicomsig run log, a line of report.jsonl, version {SCHEMA_VERSION}",
        "anyOf": list(made),
        "$defs": dict(sorted(components.items())),
    }
    return stable_text(schema)


def main() -> None:
    """Write the schema to the content directory `reports`."""
    (resources.content("reports") / FILE_NAME).write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
