"""Probes beyond the kinds of content: large ones, many, two studies at one time, a UID that is there already.

What could disturb an archive in use is stored only when it is asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.judging.archive.probes import Probe, ProbeKey, new_uid, signed_probe
from dicomsig.vectors.images import secondary_capture_data_set
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, merged
from dicomsig.vectors.recipes import NATIVE, InstanceRecipe
from dicomsig.vectors.values import element

__all__ = ["NO_MORE", "MoreProbes", "more_probes"]

_ALGORITHM: Final = MacAlgorithm.SHA256
_LARGE: Final = 2048
"""Rows and columns: 4 MiB."""
_HUGE: Final = 14480
"""Rows and columns: 200 MiB."""
_STUDIES: Final = 2
_IN_EACH: Final = 6
_MANY: Final = 250
_SMALL: Final = "secondary-capture-odd"


@dataclass(frozen=True, slots=True)
class MoreProbes:
    """Probes that are stored one by one, groups that are stored at the same time, and what is stored again."""

    alone: Sequence[Probe] = ()
    at_once: Sequence[Sequence[Probe]] = ()
    again: Sequence[Probe] = ()


NO_MORE: Final = MoreProbes()


def more_probes(signer: ProbeKey, made: Sequence[Probe], *, intrusive: bool = False) -> MoreProbes:
    """What is stored beyond the probes that were made; with ``intrusive`` also what could disturb."""
    alone = [_square(signer, "large", _LARGE)]
    if intrusive:
        alone += [_square(signer, "huge", _HUGE), *_many(signer)]
    return MoreProbes(alone, [_study(signer, number) for number in range(_STUDIES)], made[:1] if intrusive else ())


def _square(signer: ProbeKey, name: str, size: int) -> Probe:
    """A secondary capture of so many rows and columns, whose rows are unlike each other."""

    def make() -> DataSet:
        rows = b"".join(bytes((row + column) & 0xFF for column in range(256)) for row in range(256))
        pixels = (rows * (size * size // len(rows) + 1))[: size * size]
        return merged(secondary_capture_data_set(name, size), element("PixelData", pixels, vr="OB"))

    recipe = InstanceRecipe(name, f"A {name} secondary capture", NATIVE, make)
    return signed_probe(signer, new_uid(), recipe, _ALGORITHM, "base", f"{name}.sha256.base")


def _many(signer: ProbeKey) -> Iterator[Probe]:
    """So many small instances that one lost in a hundred is seen."""
    study = new_uid()
    for number in range(_MANY):
        recipe = instances()[_SMALL]
        yield signed_probe(signer, study, recipe, _ALGORITHM, "base", f"{_SMALL}.sha256.base.many-{number + 1:03}")


def _study(signer: ProbeKey, number: int) -> list[Probe]:
    """A study of its own, which is stored while another one is."""
    study = new_uid()
    name = f"ct.sha256.base.study-{number + 1}-of-{_STUDIES}"
    return [
        signed_probe(signer, study, instances()["ct"], _ALGORITHM, "base", f"{name}-{count + 1}")
        for count in range(_IN_EACH)
    ]
