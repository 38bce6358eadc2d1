"""Orthanc: DIMSE, DICOMweb and a REST interface, by which its store can be tampered with."""

import json
from pathlib import Path
from typing import Final

from dicomsig.systems.peers.storage_peer import StoragePeer, free_port

__all__ = ["Orthanc"]

_PLUGINS: Final = (
    Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so"),
    Path("/usr/lib/orthanc/libOrthancDicomWeb.so"),
)


class Orthanc(StoragePeer):
    """Stores, gives back by C-GET, C-MOVE and WADO-RS, and commits to storage."""

    program = "Orthanc"

    def __init__(self, folder: Path, *, calling: str = "DICOMSIG", destination: int = 0) -> None:
        super().__init__(folder, calling=calling, destination=destination)
        self.web_port = free_port()

    @property
    def url(self) -> str:
        """The root of its REST interface."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def dicomweb(self) -> str:
        """The root of its DICOMweb services."""
        return f"{self.url}/dicom-web"

    def command(self) -> list[str]:
        """The command line; the rest stands in a file."""
        configuration = self.folder / "orthanc.json"
        settings = {
            "Name": "dicomsig",
            "StorageDirectory": str(self.folder / "db"),
            "IndexDirectory": str(self.folder / "db"),
            "Plugins": [str(path) for path in _PLUGINS if path.exists()][:1],
            "DicomAet": self.title,
            "DicomPort": self.port,
            "DicomCheckCalledAet": False,
            "HttpPort": self.web_port,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "SslEnabled": False,
            "DicomAlwaysAllowEcho": True,
            "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowGet": True,
            "DicomAlwaysAllowMove": True,
            "UnknownSopClassAccepted": True,
            "OverwriteInstances": True,
            "DicomModalities": {
                "us": {
                    "AET": self.calling,
                    "Host": "127.0.0.1",
                    "Port": self.destination,
                    "AllowEcho": True,
                    "AllowStorageCommitment": True,
                    "AllowTranscoding": False,
                }
            },
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        }
        configuration.write_text(json.dumps(settings, indent=1), encoding="utf-8")
        return [self.find(), str(configuration)]
