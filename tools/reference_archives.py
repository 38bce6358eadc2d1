"""Write reports/reference/PRODUCT for archives: what dicomsig finds of storage products that claim nothing.

Run ``python tools/reference_archives.py [NAME]...`` where the products are installed, each in the version that its
folder names; what is missing is told, and its report stays. UIDs come from a counter, and run id and machine are left
out, so that a run that finds the same changes nothing; a product that does not always do the same is asked again only
when it is named. With ``--redraw`` the pages are made anew from the report.json
that are there, without any product.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from unittest.mock import patch

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reference_documents import (
    REFERENCE,
    REPORT,
    found,
    made_from,
    newest,
    of_today,
    read,
    stored,
    without_host,
    write,
)

from dicomsig.cli import main as dicomsig
from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.requirement_page import PAGE, requirements_page
from dicomsig.systems.peers import dcmtk
from dicomsig.systems.peers.dcmjs import DcmjsDimse
from dicomsig.systems.peers.orthanc import Orthanc
from dicomsig.systems.peers.pynetdicom_peer import PynetdicomQrscp, PynetdicomStorescp
from dicomsig.systems.peers.storage_peer import PeerNotStartedError, StoragePeer

__all__ = ["KNOWN", "Known", "files_of", "found", "judged", "requirements_of", "stored"]

SHARED_PAGE = "requirements-of-archives.html"
"""The requirements that any of the reports names: one page for all, since it would be the same beside each."""
CLAIMS = "claims.toml"
FIRST_UID = 0xD1C0_0000_0000_4000_8000_0000_0000_0000


@dataclass(frozen=True)
class Known:
    """A product in one version, and one way to get back from it what was stored; no peer is the embedded archive."""

    name: str
    peer: type[StoragePeer] | None = None
    way: str = "get"
    version: tuple[str, Callable[[], str]] = ("", str)
    """The version that the report is on, and how to find the one that is installed."""
    steady: bool = True
    """Whether it does the same each time."""

    @property
    def folder(self) -> Path:
        """Where its report is."""
        return REFERENCE / self.name


def said_by(*command: str) -> Callable[[], str]:
    """What a program says of its version; nothing where it is not there."""

    def ask() -> str:
        if shutil.which(command[0]) is None:
            return ""
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr

    return ask


def of_package(name: str) -> Callable[[], str]:
    """The version of an installed Python package."""

    def ask() -> str:
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
        return ""

    return ask


def of_dcmjs() -> str:
    """The version of dcmjs-dimse."""
    with suppress(OSError, PeerNotStartedError):
        package = DcmjsDimse.modules() / "dcmjs-dimse" / "package.json"
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])
    return ""


DCMTK = ("3.6.7", said_by("storescp", "--version"))
ORTHANC = ("1.10.1", said_by("Orthanc", "--version"))
PYNETDICOM = ("3.0.4", of_package("pynetdicom"))

KNOWN = (
    Known("dicomsig-embedded"),
    Known("dcmtk-3.6.7-storescp", dcmtk.Storescp, "folder", DCMTK),
    Known("dcmtk-3.6.7-storescp-level-3", dcmtk.StorescpBreaksLevels, "folder", DCMTK),
    Known("dcmtk-3.6.7-storescp-implicit", dcmtk.StorescpWritesImplicit, "folder", DCMTK),
    Known("dcmtk-3.6.7-dcmqrscp", dcmtk.Dcmqrscp, "get", DCMTK, steady=False),
    Known("orthanc-1.10.1-c-get", Orthanc, "get", ORTHANC),
    Known("orthanc-1.10.1-c-move", Orthanc, "move", ORTHANC),
    Known("orthanc-1.10.1-dicomweb", Orthanc, "wado", ORTHANC),
    Known("pynetdicom-3.0.4-storescp", PynetdicomStorescp, "folder", PYNETDICOM),
    Known("pynetdicom-3.0.4-qrscp", PynetdicomQrscp, "get", PYNETDICOM),
    Known("dcmjs-dimse-0.3.3", DcmjsDimse, "folder", ("0.3.3", of_dcmjs)),
)


def options_of(known: Known, peer: StoragePeer | None) -> list[str]:
    """The options of `dicomsig archive` that lead to the product."""
    if peer is None:
        return []
    options = ["--claims", str(known.folder / CLAIMS)]
    if isinstance(peer, Orthanc) and known.way == "wado":
        return [*options, "--dicomweb", peer.dicomweb]
    options += [f"127.0.0.1:{peer.port}", "--aet", peer.title, "--retrieve", known.way]
    match known.way:
        case "move":
            return [*options, "--move-port", str(peer.destination)]
        case "folder":
            return [*options, "--folder", str(getattr(peer, "files", ""))]
        case _:
            asks = ["--commitment", "--move-port", str(peer.destination)] if isinstance(peer, Orthanc) else []
            return [*options, *asks]


def judged(known: Known, folder: Path) -> ResultDocument:
    """The document of a new run; raises PeerNotStartedError where the product is not there in this version."""
    wanted, installed = known.version
    if wanted not in installed():
        raise PeerNotStartedError(f"version {wanted} is not installed")
    numbers = count(FIRST_UID)
    with ExitStack() as stack:
        peer = None if known.peer is None else stack.enter_context(known.peer(folder / "peer"))
        stack.enter_context(patch.object(uuid, "uuid4", lambda: uuid.UUID(int=next(numbers))))
        with suppress(SystemExit):
            dicomsig(["archive", *options_of(known, peer), "--today", "2024-06-30", "--report", str(folder / "report")])
    return without_host(read(folder / "report" / REPORT))


def files_of(document: ResultDocument) -> dict[str, bytes]:
    """The document and what is made from it; the page of requirements is the one that all share."""
    files = made_from(document)
    del files[PAGE]
    page = files["report.html"]
    files["report.html"] = page.replace(f'href="{PAGE}'.encode(), f'href="../{SHARED_PAGE}'.encode())
    return files


def reports() -> Iterator[ResultDocument]:
    """Those that are there."""
    for known in KNOWN:
        document = stored(known.folder)
        if document is not None:
            yield document


def requirements_of(documents: list[ResultDocument]) -> bytes:
    """The page on every requirement that one of the documents names, without what any of them found."""
    names = dict.fromkeys(each.requirement for document in documents for each in document.requirements)
    tallies = tuple(RequirementTally(name, "") for name in names)
    page = requirements_page(msgspec.structs.replace(documents[0], requirements=tallies))
    page, _ = re.subn(r"<dt>In this run</dt><dd>.*?</dd>\n", "", page)
    page = page.replace('<a href="report.html">the report</a> names', "a report on an archive names")
    page = page.replace(" with the report beside it", "")
    assert "report.html" not in page, "the template has changed"
    return page.encode()


def main(names: list[str], *, redraw: bool) -> int:
    """Write what differs; gives 1 where a product or a report that was asked for is missing."""
    unknown = set(names) - {known.name for known in KNOWN}
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(known.name for known in KNOWN)}")
        return 2
    missing = 0
    for known in KNOWN:
        if names and known.name not in names:
            continue
        before = stored(known.folder)
        kept = redraw or not (known.steady or known.name in names)
        document = of_today(before) if before is not None and kept else None
        if document is None and not redraw:
            try:
                with tempfile.TemporaryDirectory() as folder:
                    document = newest(before, judged(known, Path(folder)))
            except PeerNotStartedError as error:
                print(f"{known.name}: {error}")
        missing += document is None
        if document is not None:
            write(files_of(document), known.folder)
    write({SHARED_PAGE: requirements_of(list(reports()))}, REFERENCE)
    return int(missing > 0)


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main([word for word in words if word != "--redraw"], redraw="--redraw" in words))
