"""The web in front of an embedded archive: STOW-RS and WADO-RS (PS3.18 10.4, 10.5)."""

import json
import re
import ssl
import threading
from types import TracebackType
from typing import Any, Final, Self

from dicomsig.encoding import tags
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import instance_of
from dicomsig.systems.dicomweb.listening import BodyRefusedError, BoundedHandler, BoundedServer
from dicomsig.systems.dicomweb.multipart import MultipartError, boundary_of, join, parts
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS, NetworkLimits
from dicomsig.systems.embedded_archive import HonestArchive, Way

__all__ = ["WebServer"]

_ROOT: Final = "/dicom-web"
_SYNTAX: Final = re.compile(r"transfer-syntax=([0-9.]{1,64})")
_INSTANCE: Final = re.compile(_ROOT + r"/studies/([0-9.]{1,64})/series/([0-9.]{1,64})/instances/([0-9.]{1,64})")
_CANNOT_UNDERSTAND: Final = 0xC000


class WebServer:
    """An archive behind a port, started and stopped as a context manager; raises OSError where it cannot be had."""

    def __init__(
        self,
        archive: HonestArchive,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: NetworkLimits = DEFAULT_NETWORK_LIMITS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._archive, self._host, self._port, self._limits, self._tls = archive, host, port, limits, tls
        self._server: BoundedServer | None = None

    def __enter__(self) -> Self:
        archive = self._archive

        class Handler(_Handler):
            held = archive

        self._server = BoundedServer((self._host, self._port), Handler, self._limits, self._tls)
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
            if self.path != f"{_ROOT}/studies":
                raise BodyRefusedError(404)
            with self.body() as body:
                boundary = boundary_of(self.headers.get("Content-Type", ""))
                every = [each.data for each in parts(body, boundary)] if boundary else [memoryview(body)]
                statuses = [self._take(bytes(each)) for each in every]
        except BodyRefusedError as error:
            self.close_connection = True
            self.answer(error.status)
            return
        except MultipartError:
            statuses = []
        if not statuses:
            self.answer(400)
            return
        document = json.dumps(_told(statuses)).encode()
        worst = 409 if all(failed for _, failed, _ in statuses) else 202
        clean = all(status == 0 for status, _, _ in statuses)
        self.answer(200 if clean else worst, "application/dicom+json", document)

    def _take(self, data: bytes) -> tuple[int, bool, str]:
        try:
            instance = instance_of(data)
        except MalformedError:
            return _CANNOT_UNDERSTAND, True, ""
        sop_class, named = instance.text(tags.SOP_CLASS_UID), instance.text(tags.SOP_INSTANCE_UID)
        status = self.held.receive(sop_class, named, instance.syntax.uid, data)
        return status, status != 0 and status >> 12 != 0xB, named


def _told(statuses: list[tuple[int, bool, str]]) -> dict[str, Any]:
    """The response module of PS3.18 10.5.3.1, in the JSON model."""
    failed = [_item(named, "00081197", status) for status, is_failed, named in statuses if is_failed]
    stored = [_item(named, "00081196", status) for status, is_failed, named in statuses if not is_failed]
    sequences = (("00081198", failed), ("00081199", stored))
    return {tag: {"vr": "SQ", "Value": items} for tag, items in sequences if items}


def _item(named: str, tag: str, status: int) -> dict[str, Any]:
    item: dict[str, Any] = {"00081155": {"vr": "UI", "Value": [named]}}
    return item | ({tag: {"vr": "US", "Value": [status]}} if status else {})
