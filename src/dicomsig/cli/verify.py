"""``dicomsig verify``: one line a signature, tab-separated and stable."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dicomsig.cli.inputs import Search, is_temporary
from dicomsig.cli.internal import INTERNAL_ERROR, note_internal_error
from dicomsig.cli.options import path_arguments, trust_of, trust_options
from dicomsig.cli.output import note, say
from dicomsig.cli.progress import Progress

if TYPE_CHECKING:
    from dicomsig.judging.verifying import VerifiedFile
    from dicomsig.signatures.verdict import Verdict
    from dicomsig.signatures.verify import Trust
    from dicomsig.systems.found import Found

_NOTHING = "-"


@click.command("verify")
@path_arguments
@trust_options
@click.option("--allow-unsigned", is_flag=True, help="An unsigned file is no reason for an exit code other than 0.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout instead of lines.")
def command(paths: tuple[Path, ...], trust: tuple[Path, ...], at: str, *, allow_unsigned: bool, as_json: bool) -> int:
    """Say of each signature whether it holds: integrity, structure, trust and time apart.

    A line holds, tab-separated: file, place, MAC algorithm, integrity, structure, trust, time, reasons, signature
    number. Files without signature and unreadable ones have a line too.

    Exit code: 0 every file is signed and every signature holds (with --trust: is trusted too); 3 a file is unsigned, or
    there is none, and nothing is bad; 1 otherwise; 2 usage; 70 internal error; 130 interrupted.
    """
    asked = trust_of(trust, at)
    standing = _Standing(trusted=bool(trust), allow_unsigned=allow_unsigned)
    search = Search(paths)
    if as_json:
        say('{"files": [')
    with Progress("verified") as progress:
        for found, verified in _verified(search, asked):
            if as_json:
                say(("," if standing.files else "") + _json(found.shown, verified))
            else:
                for line in _lines(found.shown, verified):
                    say(line)
            standing.take(verified)
            progress.step()
    if as_json:
        say("]}")
    if not standing.files:
        note("No DICOM instance was found there.")
    return standing.exit_code


def _verified(search: Search, trust: "Trust") -> Iterator[tuple["Found", "VerifiedFile"]]:
    from dicomsig.judging.in_order import in_order
    from dicomsig.judging.verifying import not_opened, verify_file
    from dicomsig.systems.found import FoundFile

    def verified(found: "Found") -> "VerifiedFile":
        return verify_file(found.path, trust) if isinstance(found, FoundFile) else not_opened(found.why)

    asked_for = (found for found in search if isinstance(found, FoundFile) or search.is_lost(found))
    yield from in_order(asked_for, verified, alone=is_temporary)


class _Standing:
    """What the exit code hangs on."""

    def __init__(self, *, trusted: bool, allow_unsigned: bool) -> None:
        self.files = self._bad = self._unsigned = self._internal = 0
        self._trusted, self._allow_unsigned = trusted, allow_unsigned

    def take(self, verified: "VerifiedFile") -> None:
        self.files += 1
        if verified.internal_error:
            self._internal += 1
            note_internal_error(verified.internal_error)
        elif verified.standing == "unsigned":
            self._unsigned += not self._allow_unsigned
        elif not verified.is_good(trusted=self._trusted):
            self._bad += 1

    @property
    def exit_code(self) -> int:
        if self._internal:
            return INTERNAL_ERROR
        if self._bad:
            return 1
        return 3 if self._unsigned or not self.files else 0


def _lines(shown: str, verified: "VerifiedFile") -> Iterator[str]:
    if not verified.verdicts:
        reason = verified.reason or _NOTHING
        yield "\t".join((shown, *([_NOTHING] * 2), str(verified.standing), *([_NOTHING] * 3), reason, _NOTHING))
    for verdict in verified.verdicts:
        yield "\t".join(
            (
                shown,
                verdict.place,
                _algorithm(verdict),
                verdict.integrity,
                verdict.structure,
                verdict.trust,
                verdict.time,
                ",".join(verdict.reasons) or _NOTHING,
                str(verdict.number),
            )
        )


def _algorithm(verdict: "Verdict") -> str:
    """The defined term, or ``?``: anything else in its place is a stranger's text."""
    from dicomsig.crypto.digests import MacAlgorithm

    if not verdict.mac_algorithm:
        return _NOTHING
    return verdict.mac_algorithm if verdict.mac_algorithm in MacAlgorithm.__members__ else "?"


def _json(shown: str, verified: "VerifiedFile") -> str:
    import msgspec

    from dicomsig.reporting.text import shown_uid

    document: dict[str, Any] = {"file": shown, "standing": verified.standing}
    if verified.reason:
        document |= {"reason": verified.reason, "message": verified.message}
    document["signatures"] = [
        {
            "place": verdict.place,
            "number": verdict.number,
            "uid": shown_uid(verdict.uid),
            "mac_algorithm": _algorithm(verdict),
            "integrity": verdict.integrity,
            "structure": verdict.structure,
            "trust": verdict.trust,
            "time": verdict.time,
            "reasons": [
                {"reason": r.reason, "axis": r.axis, "status": r.status, "message": r.message} for r in verdict.remarks
            ],
        }
        for verdict in verified.verdicts
    ]
    return msgspec.json.encode(document).decode()
