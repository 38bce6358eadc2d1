"""dcmjs-dimse: it reads every data set into values and writes it anew, so that signatures over them break."""

import os
import shutil
from pathlib import Path
from typing import Final

from dicomsig.systems.peers.storage_peer import PeerNotStartedError, StoragePeer

__all__ = ["MODULES", "DcmjsDimse"]

MODULES: Final = "DICOMSIG_NODE_MODULES"
"""The environment variable that names the folder `node_modules` with dcmjs-dimse in it."""


class DcmjsDimse(StoragePeer):
    """A Storage SCP of a few lines around the library."""

    program = "node"

    @property
    def files(self) -> Path:
        """Where it writes."""
        return self.folder / "files"

    @classmethod
    def modules(cls) -> Path:
        """The folder with the library; raises PeerNotStartedError."""
        folder = Path(os.environ.get(MODULES, "node_modules")).resolve()
        if not (folder / "dcmjs-dimse").is_dir():
            raise PeerNotStartedError(f"dcmjs-dimse is not installed; {MODULES} names the folder node_modules")
        return folder

    def command(self) -> list[str]:
        """The command line; the server lies beside what it writes, so that no file of ours is run in place."""
        self.files.mkdir(exist_ok=True)
        server = self.folder / "server.cjs"
        shutil.copyfile(Path(__file__).with_name("dcmjs_server.cjs"), server)
        return [self.find(), str(server), str(self.modules()), str(self.port), str(self.files)]
