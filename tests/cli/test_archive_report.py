"""What a report of `dicomsig archive` says of its files, statuses and rules, so that a reader needs no table."""

import csv
import uuid

from dicomsig.impostors.archives.registry import archive_named
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.embedded_archive import HonestArchive

TRIMS = "impostor:trims-padding"


def paths(report):
    with (report / "private" / "paths.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["path"] for row in csv.DictReader(file)}


def test_a_result_is_that_of_a_file_that_the_private_table_names(dicomsig, tmp_path):
    """Results have the number of the round trip, under which private/paths.csv holds the probe and its UID."""
    ran = dicomsig("archive", TRIMS, "--report", tmp_path / "report", "--json")
    assert ran.code == 1
    named = paths(tmp_path / "report")
    assert len(named) == ran.document["summary"]["signed"]
    of_probes = [each for each in ran.document["results"] if each["subject"].get("sop_instance_uid")]
    assert of_probes
    for each in of_probes:
        probe, uid = named[f"file-{each['subject']['file']:06d}"].split()
        assert each["case"].split("/")[1] == probe
        assert each["subject"]["sop_instance_uid"] == uid
    numbers = [each["subject"]["file"] for each in of_probes]
    assert len(set(numbers)) == len({each["case"] for each in of_probes})


def test_the_terminal_names_the_case_and_a_comparison_too(dicomsig, tmp_path):
    """A case says more than the number of a file, which is another with each run."""
    claims = tmp_path / "claims.toml"
    claims.write_text('[product]\nname = "A"\n[claims]\nprofiles = ["bit-preserving"]\n', encoding="utf-8")
    ran = {}
    for archive in (archive_named(TRIMS), HonestArchive):
        with ArchiveServer(archive()) as server:
            at = f"127.0.0.1:{server.peer.port}"
            ran[archive] = dicomsig("archive", at, "--claims", claims, "--report", tmp_path / archive.__name__)
    told = dicomsig("compare", *(tmp_path / archive.__name__ for archive in ran)).out
    assert "mended" in told
    for text in (ran[archive_named(TRIMS)].out, told):
        assert "archive/spellings-padded.sha256.base/get" in text
        assert "file-0" not in text


def test_a_file_of_the_archive_is_found_by_the_private_table_alone(dicomsig, tmp_path):
    """With --folder the table says where the file lies; the report does not."""
    theirs, report = tmp_path / "theirs", tmp_path / "report"
    theirs.mkdir()

    class Writing(HonestArchive):
        def kept(self, data):
            (theirs / f"{uuid.uuid4()}.dcm").write_bytes(data)
            return data

    with ArchiveServer(Writing()) as server:
        at = f"127.0.0.1:{server.peer.port}"
        assert dicomsig("archive", at, "--retrieve", "folder", "--folder", theirs, "--report", report).code == 0
    lying = {path.split(maxsplit=2)[2] for path in paths(report).values()}
    assert lying == {str(path) for path in theirs.iterdir()}
    told = b"".join(path.read_bytes() for path in report.iterdir() if path.is_file())
    assert str(theirs).encode() not in told


def test_of_the_web_no_negotiation_is_named(dicomsig, tmp_path):
    """Levels are negotiated over DIMSE alone (PS3.4 B.3): neither line nor page names what was not judged."""
    for way, named in (("get", True), ("wado", False)):
        report = tmp_path / way
        ran = dicomsig("archive", "--retrieve", way, "--report", report)
        assert ran.code == 0
        against = next(line for line in ran.out.splitlines() if line.startswith("against"))
        assert "storage-level-1" in against
        assert ("negotiation" in against) is named
        assert ("extended negotiation" in (report / "report.html").read_text(encoding="utf-8").split("<h2")[0]) is named


def test_a_profile_that_nobody_claims_is_met_by_what_came_back_alone(dicomsig):
    """The observation counts as many as the profile: no association has met anything."""
    with ArchiveServer(HonestArchive()) as server:
        ran = dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--json")
    told = [each for each in ran.document["observations"] if each["code"] == "profile-met"]
    (profile,) = ran.document["summary"]["profiles"]
    assert [each["count"] for each in told] == [profile["met"]]
    assert all("negotiation" not in case for case in told[0]["first_cases"])


class Refusing(HonestArchive):
    """Answers with a failure of each range, and with a warning."""

    def __init__(self):
        super().__init__()
        self.statuses = [0xA700, 0xA901, 0xC123, 0x0124] * 3

    def status_of(self, data):
        return self.statuses.pop() if self.statuses else 0


def test_a_status_is_explained_on_the_first_screen(dicomsig, tmp_path):
    """Five words beside the number say what a refusal means (PS3.4 B.2.3)."""
    report = tmp_path / "report"
    with ArchiveServer(Refusing()) as server:
        dicomsig("archive", f"127.0.0.1:{server.peer.port}", "--report", report)
    page = (report / "report.html").read_text(encoding="utf-8")
    said = ("A700 (no room for it)", "A901 (does not fit its SOP Class)", "C123 (it cannot be understood)")
    assert all(f"the storing was answered with status {each}" in page for each in (*said, "0124 (not authorized)"))
