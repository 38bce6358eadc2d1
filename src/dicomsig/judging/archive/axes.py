"""What the instances given to an archive differ in: fixture, MAC algorithm, profile, transfer syntaxes there and back.

A run stores a covering set: each value of two axes meets each other where both can be had together, on few fixtures.
The complete set is the product of all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from typing import Final

from dicomsig.conformance.preservation.hops import NATIVE, Coding
from dicomsig.conformance.reports import is_report
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form
from dicomsig.vectors.recipes import InstanceRecipe
from dicomsig.vectors.spellings import PADDED, SPELLINGS

__all__ = ["PROFILES", "REPORT_PROFILE", "Choice", "complete", "covering", "recipes", "retrievals"]


REPORT_PROFILE: Final = "structured-report"
PROFILES: Final = ("base", "creator", "authorization", REPORT_PROFILE)
"""By whose lists probes are signed; the last one is for reports alone (PS3.15 C.4)."""

_NOT_SENT: Final = ("ct-bare", "private-sop-class")
_SHOWING: Final = (
    "ct",
    "every-vr",
    "secondary-capture",
    "nested-mixed-lengths",
    "private-elements",
    "multi-frame-rle",
    "multi-frame-jpeg-2000",
    "jpeg-2000-fragments",
    "ct-overlays",
    "ct-lookup-table",
    "ct-group-lengths",
    "ct-trailing-padding",
    "enhanced-ct-undefined-lengths",
    "enhanced-ct",
    "ultrasound",
    "mr",
    "mr-rle",
    "jpeg-baseline",
    "sr",
    "sr-undefined-lengths",
    "utf-8",
    "private-unknown",
    "secondary-capture-odd",
    "encapsulated-pdf",
    "ecg",
    "ct-implicit",
    "ct-deflated",
    "ct-big-endian",
)
"""Every way to encode, every kind of value, in an order that shows most first."""
_COMPLETING: Final = ("secondary-capture-odd", "sr", "sr-implicit", "mr-rle")
"""Small fixtures by which other pairs of values are met: a native one, a report in any encoding, compressed pixels."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One point of the axes: what is stored, signed by what."""

    fixture: str
    algorithm: MacAlgorithm
    profile: str
    form: Form

    @property
    def stored(self) -> Coding:
        """How it is encoded when it is stored."""
        return Coding.of(self.form.syntax)

    @property
    def name(self) -> str:
        """``ct.sha256.creator``, with the encoding after it where it is not that of the fixture; stable."""
        other = f".{self.stored}" if self.form != recipes()[self.fixture].form else ""
        return f"{self.fixture}.{self.algorithm.lower()}.{self.profile}{other}"

    @property
    def values(self) -> tuple[str, ...]:
        """Its values on the axes that are covered pair by pair."""
        return (f"algorithm {self.algorithm}", f"profile {self.profile}", f"stored {self.stored}")

    def asked_in(self, word: Coding) -> tuple[str, ...]:
        """The same with the transfer syntax in which it is asked for."""
        return (*self.values, f"retrieved {word}")


@cache
def recipes() -> dict[str, InstanceRecipe]:
    """Every fixture that can be stored, by name."""
    every = {**instances(full=True), SPELLINGS.name: SPELLINGS, PADDED.name: PADDED}
    return {name: recipe for name, recipe in every.items() if name not in _NOT_SENT}


def complete() -> Iterator[Choice]:
    """Every fixture in every encoding by every algorithm and every profile that fits, fixture by fixture."""
    for name in recipes():
        for form, algorithm, profile in product(_forms(name), MacAlgorithm, _profiles(name)):
            yield Choice(name, algorithm, profile, form)


@cache
def covering() -> tuple[Choice, ...]:
    """What shows most, and then what makes each value of an axis meet each value of the others."""
    ways = list(product(MacAlgorithm, ("base", "creator")))
    chosen = [Choice(name, *ways[number % len(ways)], recipes()[name].form) for number, name in enumerate(_SHOWING)]
    chosen += [Choice(each.name, MacAlgorithm.SHA256, "base", each.form) for each in (SPELLINGS, PADDED)]
    candidates = [
        Choice(name, algorithm, profile, form)
        for name in _COMPLETING
        for form, algorithm, profile in product(_forms(name), MacAlgorithm, _profiles(name))
    ]
    rows = [each.values for each in candidates]
    lacking = _pairs(rows) - _pairs(each.values for each in chosen)
    return (*chosen, *(candidates[number] for number in _completing(rows, lacking)))


@cache
def retrievals() -> frozenset[tuple[str, Coding]]:
    """Which choices of the covering set are asked for in which other encoding: each pair of values is met."""
    possible = [(choice, word) for choice in covering() for word in NATIVE if word is not choice.stored]
    rows = [choice.asked_in(word) for choice, word in possible]
    wanted = {pair for pair in _pairs(rows) if pair[-1].startswith("retrieved")}
    return frozenset((possible[number][0].name, possible[number][1]) for number in _completing(rows, wanted))


def _forms(name: str) -> tuple[Form, ...]:
    """The encodings of a fixture: its own, and those that no other fixture of the same content has."""
    own = recipes()[name]
    if own.form.syntax.encapsulated:
        return (own.form,)
    taken = {each.form for each in recipes().values() if each.make is own.make and each.name != name}
    others = (replace(own.form, syntax=each) for each in NATIVE.values())
    if own.form.syntax != EXPLICIT_LITTLE_ENDIAN and replace(own.form, syntax=EXPLICIT_LITTLE_ENDIAN) in taken:
        return (own.form,)
    return (own.form, *(form for form in others if form != own.form and form not in taken))


def _profiles(name: str) -> tuple[str, ...]:
    return PROFILES if is_report(recipes()[name].sop_class_uid) else PROFILES[:-1]


def _pairs(rows: Iterable[Sequence[str]]) -> set[tuple[str, str]]:
    return {pair for row in rows for pair in combinations(row, 2)}


def _completing(rows: Sequence[Sequence[str]], wanted: set[tuple[str, str]]) -> Iterator[int]:
    """The numbers of the rows that meet what is wanted, each time the one that meets most."""
    lacking = set(wanted)
    met = [set(combinations(row, 2)) for row in rows]
    while lacking:
        best = max(range(len(rows)), key=lambda number: len(met[number] & lacking))
        if not met[best] & lacking:
            return
        lacking -= met[best]
        yield best
