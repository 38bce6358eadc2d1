"""The files that a DICOMDIR refers to; a reference never leads out of the folder of the DICOMDIR (PS3.10 8.2, 8.6)."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dicomsig.encoding.elements import Element, find
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, open_instance
from dicomsig.systems.folders import Seen, identity, instance_or_not, repeated, special_file
from dicomsig.systems.found import Found, FoundFile, NotAnInstance, Origin, PassedOver, error_text, shown_name
from dicomsig.systems.heads import Content, content_of, read_head
from dicomsig.systems.letter_case import LetterCase

_DIRECTORY_RECORDS: Final = 0x00041220
_IN_USE_FLAG: Final = 0x00041410
_REFERENCED_FILE: Final = 0x00041500
_LONGEST_REFERENCE: Final = 1024


def referenced_files(dicomdir: Path, seen: Seen) -> Iterator[Found]:
    """Each file that the records of a DICOMDIR refer to, once, in the order of the records; first the DICOMDIR.

    A DICOMDIR that cannot be read is a file to judge, so that its fault is reported with the byte offset.
    """
    shown = shown_name(str(dicomdir))
    try:
        references = _references(dicomdir)
    except (MalformedError, OSError):
        yield FoundFile(shown, dicomdir, Origin.ARGUMENT)
        return
    why = f"the directory of a file-set holds no signature; it refers to {len(references)} files"
    yield NotAnInstance(shown, PassedOver.DICOMDIR, why)
    folder = Path(os.path.realpath(dicomdir)).parent if dicomdir.is_symlink() else dicomdir.parent
    root = Path(os.path.realpath(folder))
    spelling = LetterCase(root)
    for reference in references:
        yield _followed(reference, folder, root, f"{shown}!/", seen, spelling)


def _references(dicomdir: Path) -> tuple[bytes, ...]:
    """The different values of Referenced File ID (0004,1500) of the records in use (PS3.3 F.3.2.2)."""
    with open_instance(dicomdir) as instance:
        records = find(instance.elements, _DIRECTORY_RECORDS)
        found: dict[bytes, None] = {}
        for record in (records.items if records is not None else None) or ():
            reference = _reference(instance, record.elements)
            if reference:
                found[reference] = None
        return tuple(found)


def _reference(instance: Instance, record: tuple[Element, ...]) -> bytes:
    flag = find(record, _IN_USE_FLAG)
    if flag is not None and flag.length == 2 and instance.value(flag) == b"\0\0":
        return b""  # the record is inactive, and its file may be gone (PS3.3 F.3.2.2)
    element = find(record, _REFERENCED_FILE)
    return b"" if element is None else instance.value(element, _LONGEST_REFERENCE + 1).rstrip(b"\0 ")


def _followed(reference: bytes, folder: Path, root: Path, prefix: str, seen: Seen, spelling: LetterCase) -> Found:
    text = reference.decode("utf-8", "surrogateescape")
    named = prefix + shown_name(text)
    components = [component.strip() for component in text.split("\\")]
    if len(reference) > _LONGEST_REFERENCE:
        return NotAnInstance(named, PassedOver.REFERENCE_REFUSED, f"longer than {_LONGEST_REFERENCE} bytes")
    if not all(map(_is_component, components)):
        why = "a reference names files in the folder of the DICOMDIR, in components of letters, digits and underscores"
        return NotAnInstance(named, PassedOver.REFERENCE_REFUSED, why)
    path = spelling.found(folder, components)
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        why = "the reference leads out of the folder of the DICOMDIR by a link"
        return NotAnInstance(named, PassedOver.REFERENCE_REFUSED, why)
    try:
        status = path.stat()
        within = real.parent.stat()
    except (FileNotFoundError, NotADirectoryError):
        return NotAnInstance(named, PassedOver.REFERENCE_MISSING, "the file that the DICOMDIR refers to is missing")
    except OSError as error:
        return NotAnInstance(named, PassedOver.UNREADABLE, f"the file cannot be read: {error_text(error)}")
    if stat.S_ISDIR(status.st_mode):
        return NotAnInstance(named, PassedOver.REFERENCE_REFUSED, "the reference leads to a folder")
    if not stat.S_ISREG(status.st_mode):
        return special_file(path)
    if identity(status) in seen.named or identity(status) in seen.referenced or identity(within) in seen.folders:
        return repeated(path, "the file is found by another reference, argument or folder")
    seen.referenced.add(identity(status))
    shown = shown_name(str(path))
    try:
        head = read_head(path)
    except OSError:
        head = b""  # who opens it will say why it cannot be read
    if content_of(head) is Content.DICOMDIR and (passed := instance_or_not(shown, head)) is not None:
        return passed
    return FoundFile(shown, path, Origin.DICOMDIR)


def _is_component(component: str) -> bool:
    """A name of one file or folder: no way up, no separator, drive letter or stream, no control character.

    Lower case, extensions and longer names are let through, for what is judged here is the file and not the DICOMDIR.
    """
    return bool(component.strip(". ")) and not any(c in "/:" or ord(c) < 0x20 for c in component)
