"""What a command writes stands there whole or not at all, whichever command it is."""

import os

import click
import pytest

from dicomsig.cli.output import InputError
from dicomsig.cli.whole_file import check_target, whole_file


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_was_there_stays_until_all_is_written(tmp_path, error):
    """A writing that breaks off leaves the earlier file as it was, and no part of the new one."""
    target = tmp_path / "page.html"
    target.write_bytes(b"earlier")

    def broken_off() -> None:
        with whole_file(target, "--html", force=True) as out:
            out.write(b"half")
            raise error

    with pytest.raises((InputError, KeyboardInterrupt)) as caught:
        broken_off()
    if isinstance(error, OSError):
        assert caught.value.format_message() == f"--html {target} cannot be written: No space left on device"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("page.html", b"earlier")]


def test_a_device_or_pipe_is_not_replaced(tmp_path):
    """What is no file is refused with `--force` too: a file in its place would take it away from others."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(click.UsageError, match="no file but a device"):
        check_target(pipe, force=True)
    check_target(tmp_path / "new", force=False)
