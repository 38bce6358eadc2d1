"""What dcmsign of DCMTK makes of every fixture, made once a run and shared by the tests that look at it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.pki import Credential

PROFILES = {
    "none": "-pf",
    "base": "+pb",
    "creator": "+pc",
    "authorization": "+pa",
    "structured-report": "+pr",
    "verified-structured-report": "+pv",
}
OF_ALL = ("base", "creator", "authorization")
"""So many fixtures are signed under these that each MAC meets each of them anyway."""

MACS = {"RIPEMD160": "+mr", "SHA1": "+ms", "MD5": "+mm", "SHA256": "+m2", "SHA384": "+m3", "SHA512": "+m5"}
KEY = Credential.RSA_2048


@dataclass(frozen=True, slots=True)
class PeerSignature:
    """One call of dcmsign: what was asked, how it ended, the signed file and the bytes that were hashed."""

    profile: str
    mac: str
    exit_code: int
    words: str
    file: bytes
    stream: bytes


@pytest.fixture(scope="session")
def dcmsign() -> str:
    """The path of dcmsign; its absence is a failure."""
    found = shutil.which("dcmsign")
    if found is None:
        pytest.fail("dcmsign of DCMTK is not installed")
    return found


@pytest.fixture(scope="session")
def peer_signatures(
    dcmsign: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[PeerSignature, ...]]:
    """A fixture under every profile and MAC, but under those of all fixtures with SHA256 and one MAC that goes round.

    A profile that refuses a fixture is asked once.
    """
    folder = tmp_path_factory.mktemp("peer")
    made: dict[str, tuple[PeerSignature, ...]] = {}

    def call(name: str, profile: str, mac: str) -> PeerSignature:
        out, stream = folder / f"{name}-{profile}-{mac}.dcm", folder / f"{name}-{profile}-{mac}.bin"
        pair = [KEY.key_path, KEY.certificate_path]
        command = [dcmsign, "+s", *pair, PROFILES[profile], MACS[mac], "+d", stream, committed_path(name), out]
        environment = {**os.environ, "TZ": "UTC"}
        done = subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False)
        words = done.stderr.decode("latin-1")
        answer = PeerSignature(profile, mac, done.returncode, words, taken(out), taken(stream))
        out.unlink(missing_ok=True)
        stream.unlink(missing_ok=True)
        return answer

    def of_profile(name: str, profile: str) -> list[PeerSignature]:
        first = call(name, profile, "SHA256")
        rest = [mac for mac in MACS if mac != "SHA256"] if first.exit_code == 0 else []
        if rest and profile in OF_ALL:
            rest = [rest[(list(instances()).index(name) + list(PROFILES).index(profile)) % len(rest)]]
        return [first, *(call(name, profile, mac) for mac in rest)]

    def of_fixture(name: str) -> tuple[PeerSignature, ...]:
        if name not in made:
            with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
                answers = pool.map(lambda profile: of_profile(name, profile), PROFILES)
            made[name] = tuple(answer for profile in answers for answer in profile)
        return made[name]

    return of_fixture


def taken(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
