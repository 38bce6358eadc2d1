"""The lines of the adapter protocol: what is sent, what is taken for an answer, and what is wrong with the others."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomsig import resources
from dicomsig.systems.protocol import (
    Declined,
    DescribeRequest,
    Description,
    FileVerdict,
    MacInputRequest,
    MacInputWritten,
    Operation,
    Problem,
    ProtocolError,
    SignatureRow,
    Signatures,
    SignedWritten,
    SignRequest,
    UnknownRequest,
    VerdictOfFile,
    VerifyRequest,
    WrongIdError,
    decode_answer,
    encode_request,
)
from dicomsig.systems.protocol_schema import FILE_NAMES, schema_text

VERIFY = VerifyRequest(2, "/in/object.dcm", ["/in/trust-0.pem"])


def fault_of(line: bytes) -> str:
    with pytest.raises(ProtocolError) as caught:
        decode_answer(line, VERIFY)
    return str(caught.value)


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        (DescribeRequest(1), {"id": 1, "op": "describe", "protocol": 1}),
        (VERIFY, {"id": 2, "op": "verify", "path": "/in/object.dcm", "trust": ["/in/trust-0.pem"]}),
        (VerifyRequest(3, "/a", [], "2024-03-04T05:06:07Z"),
         {"id": 3, "op": "verify", "path": "/a", "trust": [], "at": "2024-03-04T05:06:07Z"}),
        (SignRequest(4, "/a", "/b", "/k", "/c", "SHA256", "creator"),
         {"id": 4, "op": "sign", "path": "/a", "output": "/b", "key": "/k", "certificate": "/c", "mac": "SHA256",
          "profile": "creator"}),
        (MacInputRequest(5, "/a", "/0040a730[2]/", 1),
         {"id": 5, "op": "mac-input", "path": "/a", "place": "/0040a730[2]/", "number": 1}),
        (UnknownRequest(6, "frobnicate"), {"id": 6, "op": "frobnicate"}),
    ],
)  # fmt: skip
def test_requests_are_one_line_of_the_contract(request_: VerifyRequest, sent: dict[str, object]) -> None:
    """A request is one JSON object in one line."""
    line = encode_request(request_)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == sent


def test_a_row_needs_its_place_and_integrity_alone() -> None:
    """Signatures of a place without numbers are counted from 0; axes that are not judged are None."""
    line = b'{"id":2,"signatures":[{"place":"/","integrity":"valid"},{"place":"/","integrity":"invalid"}]}'
    answer = decode_answer(line, VERIFY)
    assert isinstance(answer, Signatures)
    assert [(row.name, row.integrity, row.trust) for row in answer.signatures] == [
        ("/#0", "valid", None),
        ("/#1", "invalid", None),
    ]


def test_a_full_row_keeps_what_it_says() -> None:
    """Every field of the contract is read, and unknown fields are passed over."""
    line = json.dumps(
        {
            "id": 2,
            "took_ms": 7,
            "signatures": [
                {
                    "place": "/0040a730[2]/",
                    "number": 1,
                    "uid": "1.2.3",
                    "integrity": "invalid",
                    "structure": "valid",
                    "trust": "indeterminate",
                    "time": "absent",
                    "profiles": ["creator"],
                    "reasons": ["mac-mismatch"],
                    "colour": {"deep": [1, None]},
                }
            ],
        }
    )
    row = SignatureRow(
        "/0040a730[2]/", "invalid", 1, "1.2.3", "valid", "indeterminate", "absent", ("creator",), ("mac-mismatch",)
    )
    assert decode_answer(line.encode(), VERIFY) == Signatures((row,))


@pytest.mark.parametrize("verdict", FileVerdict)
def test_a_product_may_have_one_answer_for_a_file(verdict: FileVerdict) -> None:
    """The five verdicts on a file are read."""
    assert decode_answer(json.dumps({"id": 2, "verdict": verdict}).encode(), VERIFY) == VerdictOfFile(verdict)


def test_any_answer_may_decline_or_fail() -> None:
    """Unsupported and error are answers to every operation, known or not."""
    for request in (
        DescribeRequest(7),
        VerifyRequest(7, "/a", []),
        MacInputRequest(7, "/a", "/", 0),
        UnknownRequest(7, "x"),
    ):
        assert decode_answer(b'{"id":7,"unsupported":"why"}', request) == Declined("why")
        assert decode_answer(b'{"id":7,"error":"what","verdict":"accept"}', request) == Problem("what")


def test_other_operations_have_their_own_answers() -> None:
    """Describe, sign and mac-input each have theirs; nothing of a description is required."""
    assert decode_answer(b'{"id":1}', DescribeRequest(1)) == Description(operations=(Operation.VERIFY,))
    assert decode_answer(b'{"id":1,"output":"/o"}', SignRequest(1, "/a", "/o", "/k", "/c", "MD5")) == SignedWritten(
        "/o"
    )
    assert decode_answer(b'{"id":1,"path":"/p"}', MacInputRequest(1, "/a", "/", 0)) == MacInputWritten("/p")


def test_an_unknown_operation_that_is_answered_is_a_bluff() -> None:
    """Only unsupported and error answer an operation that there is not."""
    with pytest.raises(ProtocolError, match="not declined"):
        decode_answer(b'{"id":6,"ok":true}', UnknownRequest(6, "frobnicate"))


def test_the_answer_to_another_request_is_told_apart() -> None:
    """A wrong id is an error of its own."""
    with pytest.raises(WrongIdError):
        decode_answer(b'{"id":3,"verdict":"accept"}', VERIFY)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"", "the line is not JSON"),
        (b"accept", "the line is not JSON"),
        (b'{"id":2,"verdict":"accept"} trailing', "the line is not JSON"),
        (b"\xef\xbb\xbf{}", "the line begins with a byte order mark"),
        (b'{"id":2,"note":"\xff","verdict":"accept"}', "the line is not UTF-8"),
        (b'{"id":2,"note":' + b"[" * 100_000, "the line is nested too deeply"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"verdict":"accept"}', "Object missing required field `id`"),
        (b'{"id":"2","verdict":"accept"}', "Expected `int`, got `str` - at `$.id`"),
        (b'{"id":2}', "of `signatures` and `verdict` one is due in the answer, which has neither"),
        (b'{"id":2,"signatures":[],"verdict":"unsigned"}',
         "of `signatures` and `verdict` one is due in the answer, which has both"),
        (b'{"id":2,"signatures":[{"place":"/"}]}',
         "Object missing required field `integrity` - at `$.signatures[0]`"),
        (b'{"id":2,"signatures":[{"place":"/","integrity":"absent"}]}',
         "Invalid enum value - at `$.signatures[0].integrity`"),
        (b'{"id":2,"signatures":[{"place":"/","integrity":"valid","number":-1}]}',
         "Expected `int` >= 0 - at `$.signatures[0].number`"),
        (b'{"id":2,"signatures":[{"place":"/","integrity":"valid"},{"place":"/","number":0,"integrity":"valid"}]}',
         "$.signatures[1] speaks of the same signature as a row before it"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_named(line: bytes, fault: str) -> None:
    """The message says what is wrong and where."""
    assert fault_of(line) == fault


@pytest.mark.parametrize("place", ["", "//", "0040a730[2]/", "/0040a730[2]", "/0040A730[2]/", "/0040a730[-1]/", "/\\n"])
def test_a_place_has_one_spelling(place: str) -> None:
    """What is not a place as docs/words.md writes it is refused."""
    line = f'{{"id":2,"signatures":[{{"place":"{place}","integrity":"valid"}}]}}'
    assert "at `$.signatures[0].place`" in fault_of(line.encode())


def test_a_message_repeats_nothing_of_the_line() -> None:
    """A report is forwarded; what a system says may be the name of a patient."""
    for secret in ("DOE^JOHN", "a' - at `$.b`", "`x`", '\\"'):
        line = f'{{"id":2,"verdict":"{secret}"}}'.encode()
        assert fault_of(line) == "Invalid enum value - at `$.verdict`"


@pytest.mark.slow
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_line_raises_anything_else(line: bytes) -> None:
    """Whatever a system writes is an answer or a ProtocolError."""
    with suppress(ProtocolError):
        decode_answer(line, VERIFY)


@pytest.mark.parametrize("which", FILE_NAMES)
def test_the_schemas_are_current(which: str) -> None:
    """The stored schemas are those of the structs; `python -m dicomsig.systems.protocol_schema` writes them."""
    assert (resources.content("reports") / FILE_NAMES[which]).read_text(encoding="utf-8") == schema_text(which)


def test_the_answer_schema_requires_what_the_contract_requires() -> None:
    """Every answer bears an id, and of a row only place and integrity are required."""
    schema = json.loads(schema_text("answer"))
    kinds = [schema["$defs"][each["$ref"].rpartition("/")[2]] for each in schema["anyOf"]]
    assert all(kind["required"][0] == "id" for kind in kinds)
    assert schema["$defs"]["SignatureRow"]["required"] == ["place", "integrity"]
