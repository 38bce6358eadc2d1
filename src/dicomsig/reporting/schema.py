"""The JSON Schema of the result document is made from its structs; `python -m dicomsig.reporting.schema` writes it."""

import msgspec

from dicomsig import resources
from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument
from dicomsig.systems.stable_schema import stable_text

__all__ = ["FILE_NAME", "schema_text"]

FILE_NAME = "result.schema.json"


def schema_text() -> str:
    """The schema as it is stored: JSON Schema 2020-12."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dicomsig result document, version {SCHEMA_VERSION}",
    }
    return stable_text(head | msgspec.json.schema(ResultDocument))


def main() -> None:
    """Write the schema to the content directory `reports`."""
    path = resources.content("reports") / FILE_NAME
    path.write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
