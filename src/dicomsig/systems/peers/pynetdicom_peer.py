"""The storage programs that come with pynetdicom, each in a process of its own: one writes files, one gives back."""

import importlib.util
import sys
from pathlib import Path
from typing import ClassVar

from dicomsig.systems.peers.storage_peer import PeerNotStartedError, StoragePeer

__all__ = ["PynetdicomQrscp", "PynetdicomStorescp"]


class _Pynetdicom(StoragePeer):
    """A program of the package."""

    program = "pynetdicom"
    needs: ClassVar[tuple[str, ...]] = ("pynetdicom",)

    @classmethod
    def find(cls) -> str:
        """The Python that runs us, in which the packages have to be installed."""
        for name in cls.needs:
            if importlib.util.find_spec(name) is None:
                raise PeerNotStartedError(f"{name} is not installed")
        return sys.executable


class PynetdicomStorescp(_Pynetdicom):
    """Writes what it gets as files."""

    @property
    def files(self) -> Path:
        """Where it writes."""
        return self.folder / "files"

    def command(self) -> list[str]:
        """The command line."""
        self.files.mkdir(exist_ok=True)
        options = ["-ba", "127.0.0.1", "-od", str(self.files), "-aet", self.title]
        return [self.find(), "-m", "pynetdicom", "storescp", str(self.port), *options]


class PynetdicomQrscp(_Pynetdicom):
    """Reads what it gets into values, writes it anew, and gives it back by C-GET and C-MOVE."""

    needs = ("pynetdicom", "sqlalchemy")

    def command(self) -> list[str]:
        """The command line; the rest stands in a file."""
        configuration = self.folder / "qrscp.ini"
        configuration.write_text(
            "\n".join(
                (
                    "[DEFAULT]",
                    f"ae_title: {self.title}",
                    f"port: {self.port}",
                    "max_pdu: 131072",
                    "acse_timeout: 30",
                    "dimse_timeout: 30",
                    "network_timeout: 30",
                    "bind_address: 127.0.0.1",
                    f"instance_location: {self.folder / 'db'}",
                    f"database_location: {self.folder / 'index.sqlite'}",
                    f"[{self.calling}]",
                    "address: 127.0.0.1",
                    f"port: {self.destination}",
                    "",
                )
            ),
            encoding="utf-8",
        )
        return [self.find(), "-m", "pynetdicom", "qrscp", "-c", str(configuration)]
