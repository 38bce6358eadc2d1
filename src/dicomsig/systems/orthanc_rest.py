"""The store of an Orthanc, reached by its REST interface: an instance of ours is fetched, changed and put back.

Each instance is looked up by a SOP Instance UID that this run made; what the store has under it is touched only if its
study, series and instance are ours.
"""

import json
import re
from typing import Any, Final

from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.systems.at_rest import AtRestError
from dicomsig.systems.dicomweb.asking import HttpAnswer, WebAddress, ask
from dicomsig.systems.dimse.faults import NetworkError
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.outgoing import Outgoing

__all__ = ["OrthancRest"]

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{8}){4}")
_MORE: Final = 1 << 20
"""Bytes that a file may have beyond what was stored."""
_MODIFICATION: Final = {
    "Replace": {"SeriesDescription": "altered at rest"},
    "Keep": ["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"],
    "Force": True,
}
_STUDY, _SERIES = 0x0020000D, 0x0020000E


class OrthancRest:
    """Asks over a connection for each request, with the limits of the run."""

    def __init__(self, address: WebAddress, limits: NetworkLimits) -> None:
        self._address, self._limits = address, limits
        self._ours: dict[str, str] = {}
        """What Orthanc calls the instances that are known to be ours, by SOP Instance UID."""

    def reach(self) -> None:
        """Find out whether an Orthanc answers."""
        system = _json(self._ask("GET", "/system"))
        if not isinstance(system, dict) or "ApiVersion" not in system:
            raise AtRestError("what answers there is no REST interface of Orthanc")

    def file(self, outgoing: Outgoing) -> bytes:
        """What lies there of an instance that we stored."""
        name = self._name(outgoing)
        data = self._ask("GET", f"/instances/{name}/file", most=len(outgoing.data) + _MORE).body
        _check(data, outgoing)
        self._ours[outgoing.sop_instance] = name
        return data

    def modified(self, outgoing: Outgoing) -> bytes:
        """What Orthanc makes of it when it is asked for another Series Description."""
        self.file(outgoing)
        body = json.dumps(_MODIFICATION).encode()
        name = self._ours[outgoing.sop_instance]
        return self._ask("POST", f"/instances/{name}/modify", body, most=len(outgoing.data) + _MORE).body

    def put(self, outgoing: Outgoing, data: bytes) -> None:
        """Delete the instance of ours that is there, and give Orthanc the file in its place."""
        name = self._ours.get(outgoing.sop_instance)
        if name is None:
            raise AtRestError("it was not looked at first")
        _check(data, outgoing)
        self._ask("DELETE", f"/instances/{name}")
        answer = _json(self._ask("POST", "/instances", data, kind="application/dicom"))
        if not isinstance(answer, dict) or answer.get("Status") != "Success":
            raise AtRestError("the altered file was not taken")

    def _name(self, outgoing: Outgoing) -> str:
        """What Orthanc calls the instance; there has to be one."""
        found = _json(self._ask("POST", "/tools/lookup", outgoing.sop_instance.encode(), kind="text/plain"))
        named = [
            each.get("ID")
            for each in (found if isinstance(found, list) else ())
            if isinstance(each, dict) and each.get("Type") == "Instance"
        ]
        if len(named) != 1 or not isinstance(named[0], str) or not _ID.fullmatch(named[0]):
            raise AtRestError(f"{len(named)} instances lie there under the UID that was stored")
        return named[0]

    def _ask(
        self, method: str, path: str, body: bytes | None = None, *, kind: str = "application/json", most: int = _MORE
    ) -> HttpAnswer:
        content = kind if body is not None else ""
        try:
            answer = ask(self._address, self._limits, method, path, body, kind=content, accept="*/*", most=most)
        except NetworkError as error:
            raise AtRestError(error.message) from None
        if answer.status != 200:
            raise AtRestError(f"{method} of {path.partition('/')[2].partition('/')[0]} is answered {answer.status}")
        return answer


def _check(data: bytes, outgoing: Outgoing) -> None:
    """The file is the instance that was stored, whatever else became of it."""
    try:
        instance = instance_of(data)
    except MalformedError as error:
        raise AtRestError(f"what lies there cannot be read: {error.finding}") from None
    found = [instance.text(tag) for tag in (_STUDY, _SERIES, tags.SOP_INSTANCE_UID)]
    if found != [outgoing.study, outgoing.series, outgoing.sop_instance]:
        raise AtRestError("what lies there is not the instance that was stored")


def _json(answer: HttpAnswer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise AtRestError("an answer is no JSON") from None
