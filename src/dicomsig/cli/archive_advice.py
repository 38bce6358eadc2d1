"""What to check when an archive could not be exercised: the likely cause, in the words of the options."""

from collections import Counter
from typing import Final

from dicomsig.cli.options import shown
from dicomsig.conformance.results import CaseOutcome
from dicomsig.judging.archive.place import ArchivePlace
from dicomsig.judging.archive.reasons import ArchiveReason
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.embedded_archive import Way

__all__ = ["Obstacles", "why_not_reached"]

_WHILE_STORING: Final = "while storing"
_REFUSALS: Final = (ArchiveReason.STORE_REFUSED, ArchiveReason.RETRIEVAL_REFUSED)
_OBSTACLES: Final = frozenset((*_REFUSALS, *NetworkFault)) - {NetworkFault.GIVEN_UP}
_ANY_WEB: Final = "the URL: scheme, host, port and path of the DICOMweb services, such as http://HOST:8042/dicom-web"
_ON_WEB: Final = {
    NetworkFault.TLS: "--tls-ca, --tls-certificate and --tls-key, and whether this port takes https",
    NetworkFault.SILENT: "whether the URL is right, and --timeout",
}
_ANY_DIMSE: Final = "whether this is the DICOM port of the archive and no web port, and whether it wants TLS (--tls-ca)"
_OVER_DIMSE: Final = {
    NetworkFault.REFUSED: "whether the archive runs, and whether PORT is its DICOM port",
    NetworkFault.UNREACHABLE: "the name of the host, the network, and whether a firewall lets this machine through",
    NetworkFault.TLS: "--tls-ca, --tls-certificate and --tls-key, and whether this port takes TLS",
}


def why_not_reached(error: NetworkError, place: ArchivePlace) -> str:
    """What to check when the archive does not even answer."""
    if place.web is not None:
        return _ON_WEB.get(error.fault, _ANY_WEB)
    if error.fault is not NetworkFault.REJECTED or place.peer is None:
        return _OVER_DIMSE.get(error.fault, _ANY_DIMSE)
    called, calling = f"--aet, which is {place.peer.called} now", _has_to_know(place)
    if "called AE title" in error.message:
        return f"{called}, for the AE title of the archive"
    return calling if "calling AE title" in error.message else f"{called}; {calling}; and what the archive logs"


def _has_to_know(place: ArchivePlace) -> str:
    return f"whether the archive knows the AE title {place.calling} of this machine (--calling names another)"


class Obstacles:
    """What kept instances from coming back, counted as the run goes."""

    def __init__(self) -> None:
        self._met: Counter[tuple[str, str]] = Counter()

    def take(self, outcome: CaseOutcome) -> None:
        """Count what one case met."""
        self._met.update({(each.code, each.message) for each in outcome.observations if each.code in _OBSTACLES})

    @property
    def most(self) -> str:
        """The most frequent one and how often it was met; empty where there was none."""
        return next((f"{message} ({count} times)" for (_, message), count in self._met.most_common(1)), "")

    def advice(self, place: ArchivePlace) -> str:
        """What to check about the most frequent one; empty where there was none."""
        for (code, message), _ in self._met.most_common(1):
            storing = code == ArchiveReason.STORE_REFUSED or message.startswith(_WHILE_STORING)
            return _when_storing(code, place) if storing else _when_retrieving(place)
        return ""


def _when_storing(code: str, place: ArchivePlace) -> str:
    if place.web is not None:
        return f"{_ANY_WEB}; whether it takes STOW-RS without a password; and what the archive logs"
    if code == NetworkFault.CONTEXT_REFUSED:
        return "which SOP Classes and transfer syntaxes the archive is set to take"
    return f"{_has_to_know(place)} and lets it store; its disk; and what the archive logs"


def _when_retrieving(place: ArchivePlace) -> str:
    match place.way:
        case Way.MOVE:
            port = f"port {place.move_port}" if place.move_port else "a port, which --move-port has to name then"
            title = place.move_title or place.calling
            return (
                f"whether the archive has {title} among its destinations (--move-aet names another), with the address "
                f"of this machine and {port}; and whether it can connect to it"
            )
        case Way.WADO:
            return "whether the archive gives instances out by WADO-RS without a password; and what the archive logs"
        case Way.FOLDER:
            folder = shown(place.folder or "")
            return f"whether {folder} of --folder is where the archive writes to, one file an instance"
        case _:
            return f"{_has_to_know(place)} and lets it C-GET; --retrieve move asks in the other way"
