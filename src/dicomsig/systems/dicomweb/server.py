"""The web in front of an embedded archive: STOW-RS and WADO-RS (PS3.18 10.4, 10.5)."""

import json
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.listening import BodyRefusedError, BoundedHandler, BoundedServer, unheard
from dicomsig.systems.dicomweb.multipart import MultipartError, boundary_of, join, parts
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.embedded_archive import HonestArchive, Way

__all__ = ["WebServer"]

_ROOT: Final = "/dicom-web"
_STUDIES: Final = re.compile(_ROOT + r"/studies(?:/([0-9.]{1,64}))?")
_SYNTAX: Final = re.compile(r"transfer-syntax=([0-9.]{1,64})")
_INSTANCE: Final = re.compile(_ROOT + r"/studies/([0-9.]{1,64})/series/([0-9.]{1,64})/instances/([0-9.]{1,64})")
_CANNOT_UNDERSTAND: Final = 0xC000
_PROCESSING_FAILURE: Final = 0x0110
"""Failure reasons of PS3.18 I.2.2; for an instance of another study it has none of its own."""
_STUDY: Final = 0x0020000D


_NO_URL: Final[dict[str, Any]] = {"00081190": {"vr": "UR"}}


@dataclass(frozen=True, slots=True)
class _Status:
    """What became of one instance, as a C-STORE would say it."""

    status: int
    sop_class: str = ""
    sop_instance: str = ""

    @property
    def failed(self) -> bool:
        """Neither success nor a warning (PS3.4 B.2.3)."""
        return self.status != 0 and self.status >> 12 != 0xB


class WebServer:
    """An archive behind a port, started and stopped as a context manager; raises OSError where it cannot be had."""

    def __init__(
        self,
        archive: HonestArchive,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: NetworkLimits = DEFAULT_NETWORK_LIMITS,
        tls: ssl.SSLContext | None = None,
        turned_away: Callable[[str, str], None] = unheard,
    ) -> None:
        self._archive, self._host, self._port, self._limits, self._tls = archive, host, port, limits, tls
        self._turned_away = turned_away
        self._server: BoundedServer | None = None

    def __enter__(self) -> Self:
        archive = self._archive

        class Handler(_Handler):
            held = archive

        self._server = BoundedServer(
            (self._host, self._port), Handler, self._limits, self._tls, turned_away=self._turned_away
        )
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="dicomsig-web", daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.guests.shut()
            self._server = None

    @property
    def url(self) -> str:
        """The root of the services."""
        assert self._server is not None
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http{'s' if self._tls else ''}://{host}:{self._server.server_address[1]}{_ROOT}"


class _Handler(BoundedHandler):
    held: HonestArchive

    def do_GET(self) -> None:  # noqa: N802 - what http.server calls
        meant = _INSTANCE.fullmatch(self.path)
        if meant is None:
            self.answer(204 if self.path.startswith(f"{_ROOT}/studies?") else 404)
            return
        stored = self.held.stored.get(meant[3])
        wanted = _SYNTAX.search(self.headers.get("Accept", ""))
        syntax = wanted[1] if wanted is not None else stored.syntax if stored is not None else ""
        data = self.held.give(meant[3], Way.WADO, syntax) if stored is not None else None
        if data is None:
            self.answer(404 if stored is None or syntax == stored.syntax else 406)
        else:
            kind, body = join(data)
            self.answer(200, kind, body)

    def do_POST(self) -> None:  # noqa: N802 - what http.server calls
        try:
            meant = _STUDIES.fullmatch(self._target())
            if meant is None:
                raise BodyRefusedError(404, f"a path at which nothing is stored; it is {_ROOT}/studies")
            with self.body() as body:
                statuses = self._stored(body, meant[1] or "")
        except BodyRefusedError as error:
            self.refuse(error)
            return
        if not statuses:
            self.turn_away("STOW-RS: a body without an instance, answered with 400")
            self.answer(400)
            return
        document = json.dumps(_told(statuses)).encode()
        worst = 409 if all(each.failed for each in statuses) else 202
        clean = all(each.status == 0 for each in statuses)
        self.answer(200 if clean else worst, "application/dicom+json", document)

    def _target(self) -> str:
        """The path that is meant, of a target in whichever form (RFC 9112 3.2)."""
        try:
            return urlsplit(self.path).path
        except ValueError:
            return ""

    def _stored(self, body: bytearray, study: str) -> list[_Status]:
        """What became of each part; raises BodyRefusedError where the body is not of several parts as it says."""
        try:
            boundary = boundary_of(self.headers.get("Content-Type", ""))
            every = [each.data for each in parts(body, boundary)] if boundary else [memoryview(body)]
        except MultipartError as error:
            raise BodyRefusedError(400, str(error)) from None
        statuses = [self._take(bytes(each), study) for each in every]
        if others := sum(each.status == _PROCESSING_FAILURE for each in statuses):
            self.turn_away(f"STOW-RS: {others} of {len(statuses)} instances are of another study than that of the path")
        return statuses

    def _take(self, data: bytes, study: str) -> _Status:
        """Store an instance, unless a study is named and it is of another (PS3.18 10.5.3)."""
        try:
            instance = instance_of(data)
        except MalformedError:
            return _Status(_CANNOT_UNDERSTAND)
        sop_class, named = instance.text(tags.SOP_CLASS_UID), instance.text(tags.SOP_INSTANCE_UID)
        if study and instance.text(_STUDY) != study:
            return _Status(_PROCESSING_FAILURE, sop_class, named)
        return _Status(self.held.receive(sop_class, named, instance.syntax.uid, data), sop_class, named)


def _told(statuses: list[_Status]) -> dict[str, Any]:
    """The Store Instances Response Module, in the JSON model; Retrieve URL is of type 2 (PS3.18 I.1)."""
    failed = [_item(each, "00081197") for each in statuses if each.failed]
    stored = [_item(each, "00081196") | _NO_URL for each in statuses if not each.failed]
    sequences = (("00081198", failed), ("00081199", stored))
    return _NO_URL | {tag: {"vr": "SQ", "Value": items} for tag, items in sequences if items}


def _item(told: _Status, tag: str) -> dict[str, Any]:
    uids = (("00081150", told.sop_class), ("00081155", told.sop_instance))
    item: dict[str, Any] = {name: {"vr": "UI", "Value": [uid]} for name, uid in uids}
    return item | ({tag: {"vr": "US", "Value": [told.status]}} if told.status else {})
