"""The JSON Schemas of the adapter protocol are made from its structs; `python -m dicomsig.systems.protocol_schema`."""

from typing import Any, Final, get_args

import msgspec

from dicomsig import resources
from dicomsig.systems.protocol import VERSION, Answer, Request
from dicomsig.systems.stable_schema import stable_text

__all__ = ["FILE_NAMES", "schema_text"]

FILE_NAMES: Final = {"request": "adapter.request.schema.json", "answer": "adapter.answer.schema.json"}
_KINDS: Final = {"request": Request, "answer": Answer}


def schema_text(which: str) -> str:
    """The schema of a `request` or an `answer` as it is stored."""
    structs = get_args(_KINDS[which])
    made, components = msgspec.json.schema_components(structs, ref_template="#/$defs/{name}")
    if which == "answer":
        for struct in structs:
            _bear_id(components[struct.__name__])
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"dicomsig adapter protocol, version {VERSION}: {which}",
        "anyOf": list(made),
        "$defs": dict(sorted(components.items())),
    }
    return stable_text(schema)


def _bear_id(component: dict[str, Any]) -> None:
    """Every answer bears the id of its request, whatever else it says."""
    component["properties"] = {"id": {"type": "integer"}, **component["properties"]}
    component["required"] = ["id", *component["required"]]


def main() -> None:
    """Write the schemas to the content directory `reports`."""
    for which, name in FILE_NAMES.items():
        (resources.content("reports") / name).write_text(schema_text(which), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
