"""The schema describes the documents that dicomsig writes."""

import json

import msgspec
import pytest

from dicomsig import resources
from dicomsig.conformance.deviations import DeviationBook
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.folder import document_bytes
from dicomsig.reporting.schema import FILE_NAME, schema_text


def test_the_stored_schema_is_current():
    """`python -m dicomsig.reporting.schema` has been run since the structs changed."""
    stored = (resources.content("reports") / FILE_NAME).read_text(encoding="utf-8")
    assert stored == schema_text()


def described(schema, value, whole):
    """Whether a value is as a part of the schema says; knows the keywords that our schema uses, and no other."""
    known = {"$ref", "$defs", "$schema", "title", "description", "default", "type", "properties", "required", "items"}
    assert set(schema) <= known | {"anyOf", "enum"}
    if "$ref" in schema:
        return described(whole["$defs"][schema["$ref"].rpartition("/")[2]], value, whole)
    if "anyOf" in schema:
        return any(described(each, value, whole) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema["type"]:
        case "object":
            properties = schema["properties"]
            fits = isinstance(value, dict) and set(schema["required"]) <= set(value) <= set(properties)
            return fits and all(described(properties[key], each, whole) for key, each in value.items())
        case "array":
            return isinstance(value, list) and all(described(schema["items"], each, whole) for each in value)
        case kind:
            types = {"string": str, "integer": int, "boolean": bool, "null": type(None)}
            return type(value) is types[kind]


@pytest.mark.parametrize("options", [{}, {"with_paths": True, "with_values": True}])
def test_a_document_is_as_the_schema_says(document_of, case, result, options):
    """A written document fits the schema, and reads back as what it was."""
    outcome = case(result(values="secret"), passed=("ps3.15-c.1-mac-algorithm",))
    document = document_of(outcome, deviations=DeviationBook(), **options)
    written = document_bytes(document)
    schema = json.loads(schema_text())
    assert described(schema, json.loads(written), schema)
    assert msgspec.json.decode(written, type=ResultDocument, strict=True) == document


def test_the_schema_refuses_another_document(document_of, case, result):
    """A document with an unknown result or without its summary does not fit."""
    schema = json.loads(schema_text())
    written = json.loads(document_bytes(document_of(case(result()))))
    assert not described(schema, written | {"results": [written["results"][0] | {"result": "maybe"}]}, schema)
    assert not described(schema, {key: each for key, each in written.items() if key != "summary"}, schema)
