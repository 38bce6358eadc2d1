"""The storage programs of DCMTK: `storescp`, which writes files, and `dcmqrscp`, which also gives back."""

from pathlib import Path
from typing import ClassVar

from dicomsig.systems.peers.storage_peer import StoragePeer

__all__ = [
    "Dcmqrscp",
    "Storescp",
    "StorescpBreaksLevels",
    "StorescpImplicit",
    "StorescpWithLevels",
    "StorescpWritesImplicit",
]  # fmt: skip

_LEVELS = """[[TransferSyntaxes]]
[Any]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Storage]
PresentationContext1 = VerificationSOPClass\\Any
PresentationContext2 = CTImageStorage\\Any
PresentationContext3 = MRImageStorage\\Any
PresentationContext4 = SecondaryCaptureImageStorage\\Any
PresentationContext5 = RawDataStorage\\Any
[[ExtendedNegotiation]]
[Levels]
ExtendedNegotiation1 = CTImageStorage\\{answer}
ExtendedNegotiation2 = MRImageStorage\\{answer}
[[Profiles]]
[Default]
PresentationContexts = Storage
ExtendedNegotiation = Levels
"""


class Storescp(StoragePeer):
    """Takes every transfer syntax and writes every byte as it comes."""

    program = "storescp"
    options: ClassVar[tuple[str, ...]] = ("-pm", "+xa", "+B")

    @property
    def files(self) -> Path:
        """Where it writes."""
        return self.folder / "files"

    def command(self) -> list[str]:
        """The command line."""
        self.files.mkdir(exist_ok=True)
        return [self.find(), "-od", str(self.files), "-aet", self.title, *self.options, str(self.port)]


class StorescpImplicit(Storescp):
    """Takes Implicit VR Little Endian alone: signatures over private elements do not survive it (PS3.5 A.1)."""

    options = ("-pm", "+xi", "+B")


class StorescpWritesImplicit(Storescp):
    """Takes what is not compressed, and writes it in Implicit VR Little Endian, whatever it came in."""

    options = ("-pm", "+ti")


class StorescpWithLevels(Storescp):
    """Answers SOP Class Extended Negotiation with what a file says, whatever it does (PS3.4 B.3.1.2)."""

    answer: bytes = bytes((2, 0, 3, 0, 0, 0))
    options: ClassVar[tuple[str, ...]] = ("+B",)

    def command(self) -> list[str]:
        """The command line; the answer stands in a file."""
        self.files.mkdir(exist_ok=True)
        levels = self.folder / "levels.cfg"
        levels.write_text(_LEVELS.format(answer=self.answer.hex()), encoding="ascii")
        command = [self.find(), "-od", str(self.files), "-aet", self.title, *self.options]
        return [*command, "-xf", str(levels), "Default", str(self.port)]


class StorescpBreaksLevels(StorescpWithLevels):
    """Announces signature level 3, and writes every data set anew, which trims superfluous spaces."""

    options = ()


class Dcmqrscp(StoragePeer):
    """Stores, and gives back by C-GET and C-MOVE."""

    program = "dcmqrscp"

    def command(self) -> list[str]:
        """The command line; the rest stands in a file."""
        (self.folder / "db").mkdir(exist_ok=True)
        configuration = self.folder / "dcmqrscp.cfg"
        configuration.write_text(
            "\n".join(
                (
                    f"NetworkTCPPort = {self.port}",
                    "MaxPDUSize = 131072",
                    "MaxAssociations = 16",
                    "HostTable BEGIN",
                    f"us = ({self.calling}, 127.0.0.1, {self.destination})",
                    "HostTable END",
                    "VendorTable BEGIN",
                    "VendorTable END",
                    "AETable BEGIN",
                    f"{self.title} {self.folder / 'db'} RW (400, 1024mb) ANY",
                    "AETable END",
                    "",
                )
            ),
            encoding="utf-8",
        )
        return [self.find(), "-c", str(configuration), "+B", "-dhl", str(self.port)]
