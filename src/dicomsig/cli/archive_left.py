"""What a run left in somebody's archive, so that it can be found there and deleted."""

from collections.abc import Iterator, Sequence
from typing import Final

from dicomsig.judging.archive_probes import Probe

__all__ = ["left_behind_lines"]

_MOST_LISTED: Final = 200


def left_behind_lines(left: Sequence[Probe]) -> Iterator[str]:
    """A line each study and, below it, each instance with the name of its probe; at most 200 instances."""
    studies: dict[str, list[Probe]] = {}
    for each in left:
        studies.setdefault(each.outgoing.study, []).append(each)
    kept, held = _number(len(left), "instance"), _number(len(studies), "study", "studies")
    yield f"the archive keeps {kept} of this run, patient DICOMSIG-TEST or TEST-ONLY, in {held} to delete there:"
    listed = 0
    for study, probes in studies.items():
        yield f"  study {study}  {_number(len(probes), 'instance')}"
        shown = probes[: _MOST_LISTED - listed]
        listed += len(shown)
        yield from (f"    {each.outgoing.sop_instance}  {each.name}" for each in shown)
    if len(left) > listed:
        yield f"    and {_number(len(left) - listed, 'more instance')}; private/paths.csv of a report names them all"


def _number(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word if number == 1 else plural or word + 's'}"
