"""What a walk says of an encoding: findings it passes over, errors that end it, each with tag path and offset."""

from dicomsig.encoding import tags
from dicomsig.encoding.findings import EncodingFinding, EncodingReason, MalformedError
from dicomsig.encoding.limits import Limits


class WalkNotes:
    """The findings of one walk, no more than the limit, and where in the nesting of items it is."""

    def __init__(self, limits: Limits) -> None:
        self.findings: list[EncodingFinding] = []
        self.findings_dropped = 0
        self._limits = limits
        self._steps: list[tuple[tags.Tag, int]] = []

    def _path(self, tag: tags.Tag | None) -> str:
        return tags.format_place(self._steps) + (tags.format_tag(tag) if tag is not None else "")

    def _note(self, reason: EncodingReason, message: str, tag: tags.Tag | None, position: int) -> None:
        if len(self.findings) < self._limits.findings:
            self.findings.append(EncodingFinding(reason, self._path(tag), position, message))
        else:
            self.findings_dropped += 1

    def _note_odd(self, tag: tags.Tag, length: int, position: int) -> None:
        self._note(EncodingReason.LENGTH_ODD, f"the value has an odd length, {length}", tag, position)

    def _note_reserved(self, tag: tags.Tag, position: int) -> None:
        self._note(EncodingReason.RESERVED_BYTES, "the reserved bytes after the VR are not zero", tag, position)

    def _note_order(self, tag: tags.Tag, previous: tags.Tag, position: int) -> None:
        if len(self.findings) >= self._limits.findings:
            self.findings_dropped += 1
            return
        if tag == previous:
            self._note(EncodingReason.TAG_REPEATED, "the tag occurs twice", tag, position)
        else:
            message = f"the tag stands after {tags.format_tag(previous)}"
            self._note(EncodingReason.TAG_UNORDERED, message, tag, position)

    def _malformed(self, reason: EncodingReason, message: str, tag: tags.Tag | None, position: int) -> MalformedError:
        return MalformedError.at(reason, message, path=self._path(tag), offset=position)

    def _stray_delimiter(self, tag: tags.Tag, position: int) -> MalformedError:
        message = "an item or delimiter tag stands among elements"
        return self._malformed(EncodingReason.DELIMITER_UNEXPECTED, message, tag, position)

    def _delimiter_missing(self, what: str, position: int, tag: tags.Tag | None = None) -> MalformedError:
        message = f"the data end before the {what} delimiter"
        return self._malformed(EncodingReason.DELIMITER_MISSING, message, tag, position)

    def _truncated(self, position: int, end: int) -> MalformedError:
        message = f"{max(end - position, 0)} bytes are left where an element header is due"
        return self._malformed(EncodingReason.TRUNCATED, message, None, position)

    def _too_long(self, tag: tags.Tag, position: int, length: int, end: int) -> MalformedError:
        message = f"the length {length} goes beyond its container, which ends at byte {end}"
        return self._malformed(EncodingReason.LENGTH_EXCEEDS_CONTAINER, message, tag, position)

    def _too_many(self, position: int) -> MalformedError:
        message = f"there are more than {self._limits.elements} elements, items and fragments"
        return self._malformed(EncodingReason.ELEMENTS, message, None, position)

    def _unknown_vr(self, letters: bytes, tag: tags.Tag, position: int) -> str:
        """Letters of no known VR are read with the long header that every new VR has (PS3.5 7.1.2)."""
        shown = repr(letters)[2:-1]
        if not (letters.isalpha() and letters.isascii() and letters.isupper()):
            message = f"{shown} are no VR letters"
            raise self._malformed(EncodingReason.VR_UNKNOWN, message, tag, position)
        self._note(EncodingReason.VR_UNKNOWN, f"the VR {shown} is not known", tag, position)
        return letters.decode("ascii")
