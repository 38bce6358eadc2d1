"""What a run left in somebody's archive, so that it can be found there and deleted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dicomsig.cli.options import shown
from dicomsig.judging.archive.probes import Probe

__all__ = ["left_behind_lines", "left_behind_rows"]


def left_behind_lines(left: Sequence[Probe], report: Path | None = None) -> Iterator[str]:
    """A line each study, since nothing else is in them; then the file of the report that names each instance."""
    studies = Counter(each.outgoing.study for each in left)
    kept, held = _number(len(left), "instance"), _number(len(studies), "study", "studies")
    yield f"the archive keeps {kept} of this run, patient DICOMSIG-TEST or TEST-ONLY, in {held} to delete there:"
    yield from (f"  study {study}  {_number(count, 'instance')}" for study, count in studies.items())
    if report is not None:
        yield f"  each instance is named in {shown(report / 'private' / 'left-behind.csv')}"


def left_behind_rows(left: Sequence[Probe]) -> Iterator[tuple[str, str, str, str]]:
    """Study, series and SOP Instance UID of each instance, and the name of its probe."""
    for each in left:
        yield each.outgoing.study, each.outgoing.series, each.outgoing.sop_instance, each.name


def _number(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word if number == 1 else plural or word + 's'}"
