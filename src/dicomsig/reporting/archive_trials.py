"""What came of the trials that were asked for beside storing: commitment (PS3.4 J) and tampering (PS3.15 A.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.reporting.document import ObservationTally, ResultDocument
from dicomsig.reporting.tampering_table import TamperingRow, tampering_rows
from dicomsig.reporting.text import safe_text

__all__ = ["Trial", "archive_trials"]

_COMMITMENT: Final = "storage-commit"
"""What the codes of notes on commitment begin with."""
_COMMITTED: Final = "storage-committed"
_ABSENT_TOLD: Final = "storage-commitment-tells-the-absent"
_COUNTED: Final = "tampering-counted"
_NOTICED: Final = "tampering-noticed"
_NOT_ALTERED: Final = "not-altered"
_TAMPERED_ODDLY: Final = ("tampering-not-noticed", "untouched-looks-altered", _NOT_ALTERED)
_OBVIOUS: Final = ("the archive commits to ", "the archive ")
"""What messages begin with, longest first, and a line that is headed by what was tried need not."""
_TOLD: Final = {
    "commitment": "Whether the archive says that it keeps what it took, and whether it says so of what it never had.",
    "tampering": "Instances were altered on their way or in the store, to see who notices: the signature, the archive "
    "or nobody.",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried, in a sentence, and what came of it, a text each; `odd` where that deserves a look."""

    name: str
    told: str
    lines: tuple[str, ...]
    odd: bool

    @property
    def table(self) -> tuple[TamperingRow, ...]:
        """Those of the lines that count who noticed what was altered."""
        return tampering_rows(self.lines)[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The other lines."""
        return tampering_rows(self.lines)[1]


def archive_trials(document: ResultDocument) -> tuple[Trial, ...]:
    """Storage commitment, then tampering, as far as the run has them; no requirement hangs on these lines."""
    return tuple(_trials(document.observations))


def _trials(observations: Sequence[ObservationTally]) -> Iterator[Trial]:
    notes = [each for each in observations if each.code.startswith(_COMMITMENT)]
    if notes:
        in_order = sorted(notes, key=lambda each: (each.code != _COMMITTED, each.code != _ABSENT_TOLD))
        first, *rest = [each.message for each in in_order]
        short = [_without(first, _OBVIOUS), *(_without(each, _OBVIOUS[1:]) for each in rest)]
        text = safe_text("; ".join(short))
        odd = any(each.code not in (_COMMITTED, _ABSENT_TOLD) for each in notes)
        yield Trial("commitment", _TOLD["commitment"], (text,), odd)
    counted = tuple(safe_text(each.message) for each in observations if each.code == _COUNTED)
    undone = tuple(safe_text(each.message) for each in observations if each.code == _NOT_ALTERED)
    if counted or undone:
        codes = {each.code for each in observations}
        odd = _NOTICED not in codes or not codes.isdisjoint(_TAMPERED_ODDLY)
        yield Trial("tampering", _TOLD["tampering"], (*counted, *undone), odd)


def _without(message: str, starts: Sequence[str]) -> str:
    return next((message.removeprefix(start) for start in starts if message.startswith(start)), message)
