"""The storage programs that come with pynetdicom, each in a process of its own."""

import importlib.util
import sys
from pathlib import Path

from dicomsig.systems.peers.storage_peer import PeerNotStartedError, StoragePeer

__all__ = ["PynetdicomStorescp"]


class PynetdicomStorescp(StoragePeer):
    """Writes what it gets as files."""

    program = "pynetdicom"

    @classmethod
    def find(cls) -> str:
        """The Python that runs us, in which the package has to be installed."""
        if importlib.util.find_spec("pynetdicom") is None:
            raise PeerNotStartedError("pynetdicom is not installed")
        return sys.executable

    @property
    def files(self) -> Path:
        """Where it writes."""
        return self.folder / "files"

    def command(self) -> list[str]:
        """The command line."""
        self.files.mkdir(exist_ok=True)
        options = ["-ba", "127.0.0.1", "-od", str(self.files), "-aet", self.title]
        return [self.find(), "-m", "pynetdicom", "storescp", str(self.port), *options]
