"""Verification of files as a table: one row a signature, and one for each file that has none."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import open_instance
from dicomsig.judging.bare_files import hidden_signatures, refuse_bare_prefix
from dicomsig.signatures.verdict import SignatureReason, Status, Verdict
from dicomsig.signatures.verify import Trust, verify


class FileStanding(StrEnum):
    """What stands in the integrity column for a file without verdict."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """The verdicts on one file; ``reason`` and ``message`` say why it is unreadable, or what hides its signatures."""

    standing: FileStanding
    verdicts: tuple[Verdict, ...] = ()
    reason: str = ""
    message: str = ""
    internal_error: str = ""

    def is_good(self, *, trusted: bool) -> bool:
        """Every signature holds in integrity and structure and, where asked, trust."""
        return self.standing is FileStanding.SIGNED and all(
            verdict.integrity is Status.VALID
            and verdict.structure is Status.VALID
            and (not trusted or verdict.trust is Status.VALID)
            for verdict in self.verdicts
        )


def verify_file(path: Path, trust: Trust) -> VerifiedFile:
    """Verify every signature of one file; what goes wrong comes back, nothing is raised but an interrupt."""
    try:
        with open_instance(path) as instance:
            refuse_bare_prefix(instance)
            verdicts = tuple(verify(instance, trust))
            hidden = "" if verdicts else hidden_signatures(instance)
            instance.check_unchanged()
    except MalformedError as error:
        return VerifiedFile(FileStanding.UNREADABLE, reason=error.finding.reason, message=str(error.finding))
    except OSError as error:
        return not_opened(error.strerror or "cannot be read")
    except Exception as error:  # our fault, never a verdict
        name = type(error).__name__
        return VerifiedFile(FileStanding.UNREADABLE, reason="internal-error", message=name, internal_error=name)
    if hidden:
        return VerifiedFile(FileStanding.UNSIGNED, reason=SignatureReason.ELEMENT_VR, message=hidden)
    return VerifiedFile(FileStanding.SIGNED if verdicts else FileStanding.UNSIGNED, verdicts)


def not_opened(why: str) -> VerifiedFile:
    """What was asked for could not be opened at all; ``why`` holds no name and no value."""
    return VerifiedFile(FileStanding.UNREADABLE, reason=EncodingReason.UNREADABLE, message=why)
