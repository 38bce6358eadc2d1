"""The unsigned instances are right by dciodvfy of dicom3tools, or each error is explained in their README."""

import shutil
import subprocess
from fnmatch import fnmatchcase

import pytest

from dicomsig.vectors.instances import committed_path, instances

pytestmark = pytest.mark.dcmtk

_UNKNOWN_IOD = ("Error - Information Object Not found",)
ERRORS = {
    "*-deflated": ("Tag read failed", "Dicom dataset read failed", "but missing SOP", *_UNKNOWN_IOD),
    "implant-*": _UNKNOWN_IOD,
    "planar-mpr-presentation-state": _UNKNOWN_IOD,
    "surface-scan-point-cloud": _UNKNOWN_IOD,
    "private-sop-class": _UNKNOWN_IOD,
    "rt-dose": ("Assertion `bitsallocated <= bytesinword*8u' failed",),
    "gb18030": ("Bad attribute Value Multiplicity",),
    "enhanced-xrf": ("Unrecognized enumerated value <RF> for value 1 of attribute <Modality>",),
    "structured-display": ("ReferencedSeriesSequence present but Instance does not reference Instances",),
    "microscopy-annotations": ("Only valid for AnnotationCoordinateType of 3D",),
}
"""What dciodvfy says of which files; the README of the instances explains each."""


@pytest.fixture(scope="module")
def dciodvfy() -> str:
    """The path of dciodvfy; its absence is a failure."""
    found = shutil.which("dciodvfy")
    if found is None:
        pytest.fail("dciodvfy of dicom3tools is not installed")
    return found


@pytest.mark.parametrize("name", instances(full=True))
def test_no_error_remains_but_what_is_explained(name: str, dciodvfy: str) -> None:
    """An instance has no error, or those that are explained and no others."""
    done = subprocess.run([dciodvfy, committed_path(name)], capture_output=True, timeout=60, check=False)
    said = (done.stdout + done.stderr).decode("latin-1").splitlines()
    errors = [line for line in said if "Error -" in line or "Assertion" in line]
    explained = [text for pattern, texts in ERRORS.items() if fnmatchcase(name, pattern) for text in texts]
    assert bool(errors) is bool(explained)
    assert all(any(text in line for text in explained) for line in errors), errors
    assert done.returncode == 0 or errors


@pytest.mark.parametrize("pattern", ERRORS)
def test_each_explanation_is_in_the_readme_and_of_a_file(pattern: str) -> None:
    """The README names the files, and there are such files."""
    table = (
        (committed_path("ct").parent / "README.md").read_text(encoding="utf-8").partition("## What dciodvfy says")[2]
    )
    assert f"`{pattern}`" in table
    assert any(fnmatchcase(name, pattern) for name in instances(full=True))
