"""The JSON Schema of the result document is made from its structs; `python -m dicomsig.reporting.schema` writes it."""

from typing import Any

import msgspec

from dicomsig import resources
from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument

__all__ = ["FILE_NAME", "schema_text"]

FILE_NAME = "result.schema.json"


def schema_text() -> str:
    """The schema as it is stored: JSON Schema 2020-12, two spaces deep, with a line end."""
    made = _ordered(msgspec.json.schema(ResultDocument))
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dicomsig result document, version {SCHEMA_VERSION}",
    }
    return msgspec.json.format(msgspec.json.encode(head | made), indent=2).decode() + "\n"


def _ordered(part: Any) -> Any:
    """The part with the alternatives of each `anyOf` in one order: versions of msgspec differ in it."""
    if isinstance(part, dict):
        ordered = {key: _ordered(value) for key, value in part.items()}
        if "anyOf" in ordered:
            ordered["anyOf"].sort(key=repr)
        return ordered
    return [_ordered(each) for each in part] if isinstance(part, list) else part


def main() -> None:
    """Write the schema to the content directory `reports`."""
    path = resources.content("reports") / FILE_NAME
    path.write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
