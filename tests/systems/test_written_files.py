"""What an archive writes to a folder is found by its UID, whatever else lies there or goes meanwhile."""

import os
import threading
import time
from dataclasses import replace

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dimse.faults import NetworkFault
from dicomsig.systems.outgoing import Outgoing, Returned
from dicomsig.systems.written_files import Collecting
from dicomsig.vectors.instances import instances

RECIPE = instances()["ct"]
DATA = RECIPE.build()
ONE = Outgoing(RECIPE.sop_class_uid, RECIPE.sop_instance_uid, "1.2", "1.3", RECIPE.transfer_syntax_uid, DATA, 0)

STUDY = instance_of(DATA).text(0x0020000D)


def through(folder, timeout=0.0):
    """A way to get back through a folder, in a run that stores one instance."""
    way = Collecting(folder, timeout)
    way.expect([ONE])
    return way


@pytest.fixture
def collecting(tmp_path):
    """Looks into the folder of the test without patience."""
    return through(tmp_path)


def test_an_instance_is_found_by_its_uid_and_read_where_it_lies(collecting, tmp_path):
    """Its name and its folder say nothing, and it is not ours to remove."""
    place = tmp_path / "a" / "b" / "anything"
    place.parent.mkdir(parents=True)
    place.write_bytes(DATA)
    (kept,) = collecting.retrieve(ONE).kept
    assert (kept.path, kept.ours) == (place, False)
    assert instance_of(kept.path.read_bytes()).text(0x00080018) == ONE.sop_instance


def test_what_is_moved_is_found_where_it_lies_now(collecting, tmp_path):
    """An archive that tidies up loses nothing; one that removes it does."""
    (tmp_path / "incoming").write_bytes(DATA)
    assert collecting.retrieve(ONE).kept[0].path.name == "incoming"
    (tmp_path / "incoming").rename(tmp_path / "final")
    assert collecting.retrieve(ONE).kept[0].path.name == "final"
    (tmp_path / "final").unlink()
    assert collecting.retrieve(ONE).kept == ()


def test_what_is_no_file_is_not_waited_for(collecting, tmp_path):
    """A pipe that nobody writes to, a link to a device, a folder and a text hold nobody up."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "text").write_text("text", encoding="utf-8")
    started = time.monotonic()
    assert collecting.retrieve(ONE).kept == ()
    assert time.monotonic() - started < 2


def test_a_folder_that_went_holds_nothing(tmp_path):
    """Whoever removes the folder in the middle of a run is not a traceback."""
    assert through(tmp_path / "gone").retrieve(ONE).kept == ()


def test_nothing_of_the_run_is_no_loss(tmp_path):
    """An empty or a wrong folder, whatever lay there before, is silence; the first file is waited for, and once."""
    uid = ONE.sop_instance.encode()
    (tmp_path / "other").write_bytes(DATA.replace(uid, uid[:-1] + b"0"))
    (tmp_path / "broken").write_bytes(DATA[: len(DATA) // 2])
    collecting = through(tmp_path, 0.3)
    started = time.monotonic()
    assert collecting.retrieve(ONE).fault.fault is NetworkFault.SILENT
    assert 0.3 <= time.monotonic() - started < 2
    writing = threading.Timer(0.1, (tmp_path / "late").write_bytes, (DATA,))
    writing.start()
    assert collecting.retrieve(ONE).kept[0].path.name == "late"
    writing.join()


def test_what_is_missing_beside_others_of_the_run_is_lost(collecting, tmp_path):
    """Whoever writes some of what it took, or all of it under other UIDs or unreadable, has been heard of."""
    (tmp_path / "one").write_bytes(DATA)
    another = replace(ONE, sop_instance="2.25.1")
    assert collecting.retrieve(another) == Returned((), 0, 0, ONE.syntax)
    for name, data, study in (("coerced", DATA, STUDY), ("broken", DATA[: len(DATA) // 2], "1.2")):
        folder = tmp_path / name
        folder.mkdir()
        way = Collecting(folder, 0.0)
        way.expect([replace(another, study=study)])
        (folder / "file").write_bytes(data)
        assert way.retrieve(another).fault is None
