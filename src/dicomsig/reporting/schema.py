"""The JSON Schema of the result document is made from its structs; `python -m dicomsig.reporting.schema` writes it."""

from typing import Any

import msgspec

from dicomsig import resources
from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument

__all__ = ["FILE_NAME", "schema_text"]

FILE_NAME = "result.schema.json"


def schema_text() -> str:
    """The schema as it is stored: JSON Schema 2020-12, two spaces deep, with a line end."""
    made: dict[str, Any] = msgspec.json.schema(ResultDocument)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dicomsig result document, version {SCHEMA_VERSION}",
    }
    return msgspec.json.format(msgspec.json.encode(head | made), indent=2).decode() + "\n"


def main() -> None:
    """Write the schema to the content directory `reports`."""
    path = resources.content("reports") / FILE_NAME
    path.write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
