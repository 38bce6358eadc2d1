"""Real storage products, each started for one test, and `dicomsig archive` run on it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from dicomsig import resources
from dicomsig.cli import main
from dicomsig.systems.peers.storage_peer import PeerNotStartedError, StoragePeer


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to."""

    code: int
    document: dict
    err: str

    @property
    def failed(self) -> set[str]:
        """The requirements that failed."""
        return {each["requirement"] for each in self.document["results"] if each["result"] == "fail"}

    @property
    def preserved(self) -> tuple[int, int]:
        """On how many instances bit preservation was met and not met."""
        for each in self.document["summary"]["profiles"]:
            if each["profile"] == "bit-preserving":
                return each["met"], each["not_met"]
        return 0, 0

    @property
    def tampering(self) -> list[str]:
        """What was counted of each kind of tampering."""
        return [each["message"] for each in self.document["observations"] if each["code"] == "tampering-counted"]

    @property
    def changed(self) -> dict[str, str]:
        """The fixtures that did not come back bit for bit, with what is said of each."""
        return {
            case.split("/")[1].partition(".")[0]: each["message"]
            for each in self.document["observations"]
            for case in each["first_cases"]
            if each["code"] == "profile-not-met" and "bit-preserving" in each["message"]
        }

    @property
    def findings(self) -> tuple[set[tuple[str, str, str, str]], set[str]]:
        """Every result that is no pass, and the fixtures that did not come back bit for bit."""
        fields = ("requirement", "case", "result", "reason")
        return {tuple(each[name] for name in fields) for each in self.document["results"]}, set(self.changed)


def pytest_collection_modifyitems(items):
    for item in items:
        if "peer_archive" in item.path.parts:
            item.add_marker(pytest.mark.archive_peers)


@pytest.fixture
def started(tmp_path) -> Callable[..., StoragePeer]:
    """Start a peer; one that is not installed is a failure."""
    running: list[StoragePeer] = []

    def start(kind: type[StoragePeer]) -> StoragePeer:
        peer = kind(tmp_path / f"peer-{len(running)}")
        running.append(peer)
        try:
            peer.start()
        except PeerNotStartedError as error:
            pytest.fail(str(error))
        return peer

    yield start
    for peer in running:
        peer.stop()


@pytest.fixture
def judged(capsys) -> Callable[..., Ran]:
    """Run `dicomsig archive` in this process."""

    def run(*options) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["archive", *map(str, options), "--json", "--timeout", "20"])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, json.loads(said.out) if said.out else {}, said.err)

    return run


@pytest.fixture
def at() -> Callable[[StoragePeer], list[str]]:
    """The options that lead to a peer, and to the folder that it writes where it does."""

    def options(peer: StoragePeer) -> list[str]:
        words = [f"127.0.0.1:{peer.port}", "--aet", peer.title]
        files = getattr(peer, "files", None)
        return [*words, "--retrieve", "folder", "--folder", str(files)] if files is not None else words

    return options


@pytest.fixture
def reference() -> Callable[[str], Ran]:
    """The reference report of a product; `python tools/reference_archives.py` writes it."""

    def read(name: str) -> Ran:
        file = resources.content("reports") / "reference" / name / "report.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        return Ran(document["summary"]["exit_code"], document, "")

    return read
