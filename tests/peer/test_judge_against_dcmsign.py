"""What dcmsign signs under its own profile options is judged by edition 2019a; each conviction stands a second look.

dcmsign is asked to sign everything, and to sign one element only: then it adds what its own list of the profile holds,
which is compared with ours over every fixture.
"""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.editions import edition
from dicomsig.conformance.reports import is_report
from dicomsig.encoding import tags
from dicomsig.judging.signer import judge_file
from dicomsig.judging.terms import Terms
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.pki import Credential

pytestmark = pytest.mark.dcmtk

NAMES = tuple(instances(full=True))
VERIFIED = ("comprehensive-sr-verified", "sr-verified")
WITHOUT_STUDY = ("implant-assembly-template", "implant-template", "implant-template-group")
MINIMUM = "0008,0018"
KEY = Credential.RSA_2048


@dataclass(frozen=True, slots=True)
class Way:
    """One way to call dcmsign, with the profile that whoever calls it so claims."""

    option: str
    profile: str
    purpose: str = ""
    minimal: bool = False

    def __str__(self) -> str:
        return " ".join(filter(None, (self.option, self.purpose, "minimal" if self.minimal else "")))

    @property
    def arguments(self) -> list[str]:
        purpose = ["+sp", self.purpose] if self.purpose else []
        return [self.option, *purpose, *(["-t", MINIMUM] if self.minimal else [])]


IMAGES = (
    Way("-pf", "base"),
    Way("+pb", "base"),
    Way("+pc", "creator"),
    Way("+pc", "creator", minimal=True),
    Way("+pa", "authorization"),
    Way("+pa", "authorization", minimal=True),
)
REPORTS = (
    Way("+pr", "structured-report"),
    *(Way("+pr", "structured-report", purpose, minimal) for purpose in ("1", "5") for minimal in (False, True)),
    *(Way("+pv", "structured-report", purpose, minimal) for purpose in ("", "5") for minimal in (False, True)),
)

_VERIFIED_ELEMENTS = (
    "ps3.15-c.4-verified-flag",
    "ps3.15-c.4-verified-observer-sequence",
    "ps3.15-c.4-verified-datetime",
)
_PURPOSE = "The option +pr does not ask for a purpose, PS3.15 C.4 does; whoever calls dcmsign has to give +sp."
_VERIFYING = (
    "The option +pr is for reports that are not verified, and dcmsign takes verified ones; their signatures have to be "
    "made with +pv (PS3.15 C.4)."
)
_SECOND_OVERLAY = "dcmsign looks for the Overlay Plane Module in group 6000 only; 6002 to 601E belong to it as well."
_TYPE_OF_DATA = "The list of dcmsign leaves out Type of Data (50xx,0020), which the retired Curve Module had as Type 1."

_DETECTOR_TYPE = (
    "The list of dcmsign leaves out Detector Type (0018,7004), which the Enhanced Mammography Image Module holds, in "
    "the tables of 2018e at the latest as in those of today."
)
_SCAN_PATTERN = (
    "The list of dcmsign leaves out Transducer Scan Pattern Code Sequence (0018,9809) of the Enhanced US Image Module, "
    "which is in the tables of 2018e at the latest as in those of today."
)
_PLURAL = {("+pa minimal", "mr-spectroscopy"): {"ps3.15-c.3-module-mr-spectroscopy"}}
"""Left open: the plural of PS3.15 C.3 may mean one module or three, and dcmsign signs one."""

CONVICTED = {
    **{
        ("+pr", name): ({"ps3.15-c.4-purpose-required"}, _PURPOSE)
        for name in ("comprehensive-sr", "key-object-selection", "sr", "sr-implicit", "sr-undefined-lengths")
    },
    **{
        ("+pr", name): (
            {"ps3.15-c.4-purpose-required", "ps3.15-c.4-verification-purpose"}, _PURPOSE + " " + _VERIFYING
        )
        for name in VERIFIED
    },
    **{
        (way, name): ({"ps3.15-c.4-verification-purpose"}, _VERIFYING)
        for way in ("+pr 1", "+pr 1 minimal")
        for name in VERIFIED
    },
    **{("+pr 5 minimal", name): (set(_VERIFIED_ELEMENTS), _VERIFYING) for name in VERIFIED},
    ("+pc minimal", "ct-overlays"): ({"ps3.15-c.2-module-overlay-plane"}, _SECOND_OVERLAY),
    ("+pa minimal", "ct-overlays"): ({"ps3.15-c.3-module-overlay-plane"}, _SECOND_OVERLAY),
    ("+pc minimal", "cr-curves"): ({"ps3.15-c.2-module-curve"}, _TYPE_OF_DATA),
    ("+pa minimal", "cr-curves"): ({"ps3.15-c.3-module-curve"}, _TYPE_OF_DATA),
    ("+pc minimal", "breast-projection"): ({"ps3.15-c.2-module-enhanced-mammography-image"}, _DETECTOR_TYPE),
    ("+pa minimal", "breast-projection"): ({"ps3.15-c.3-module-enhanced-mammography-image"}, _DETECTOR_TYPE),
    ("+pc minimal", "enhanced-us-volume"): ({"ps3.15-c.2-module-enhanced-us-image"}, _SCAN_PATTERN),
    ("+pa minimal", "enhanced-us-volume"): ({"ps3.15-c.3-module-enhanced-us-image"}, _SCAN_PATTERN),
}  # fmt: skip
"""Each conviction by call and fixture, with what a second look at the text gave."""

_MISSING = "required attributes missing"
_NOT_SUITABLE = "dataset not suitable for the selected security profile"
_NOT_SIGNABLE = "contains attribute that is not signable"


def refusal(way: Way, name: str) -> str:
    """What dcmsign says instead of signing; empty when it signs.

    Implant templates belong to no study and series, whose UIDs dcmsign wants signed in every instance: the lists of
    PS3.15 C.2 and C.3 name them, and what is not there cannot be signed, so that it need not be either.
    """
    if way.option == "+pv" and name not in VERIFIED:
        return _NOT_SUITABLE
    if way.option in ("+pc", "+pa"):
        return _MISSING if name in WITHOUT_STUDY else _NOT_SIGNABLE if name == "private-unknown" else ""
    return ""


@cache
def ways(name: str) -> tuple[Way, ...]:
    return (*IMAGES, *(REPORTS if is_report(instances(full=True)[name].sop_class_uid) else ()))


def signed(dcmsign: str, name: str, folder: Path) -> Iterator[tuple[Way, Path, int, str]]:
    """Each way with the file it gave, the exit code and what dcmsign said."""

    def call(way: Way) -> tuple[Way, Path, int, str]:
        out = folder / f"{str(way).replace(' ', '-')}.dcm"
        command = [dcmsign, "+s", KEY.key_path, KEY.certificate_path, *way.arguments, "+m2", committed_path(name), out]
        environment = {**os.environ, "TZ": "UTC"}
        done = subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False)
        return way, out, done.returncode, done.stderr.decode("latin-1")

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(call, ways(name))


@pytest.mark.parametrize("name", NAMES)
def test_convictions_are_explained(name: str, dcmsign: str, tmp_path: Path) -> None:
    """Under the profile that dcmsign was asked for nothing fails but what is explained; so are its refusals."""
    for way, file, code, words in signed(dcmsign, name, tmp_path):
        expected = refusal(way, name)
        assert (code != 0) is bool(expected), (str(way), words)
        assert expected in words
        if expected:
            continue
        claims = Claims(profiles=(way.profile,), approver_sees=(tags.SOP_INSTANCE_UID,))
        judgement = judge_file(1, file, Terms(edition("2019a"), claims))
        assert not judgement.internal_errors
        failed = {each.requirement for case in judgement.cases for each in case.results if each.result == "fail"}
        assert failed == CONVICTED.get((str(way), name), (set(), ""))[0], str(way)
        left_open = {
            each.requirement for case in judgement.cases for each in case.results if each.result == "inconclusive"
        }
        assert left_open == _PLURAL.get((str(way), name), set()), str(way)


def test_what_is_explained_happens() -> None:
    """Every explanation is of a call and a fixture that there are."""
    calls = {(str(way), name) for name in NAMES for way in ways(name)}
    assert set(CONVICTED) <= calls
    assert all(len(why) > 60 for _, why in CONVICTED.values())
