"""Files are often copied from media in lower case, while a DICOMDIR refers to them in upper case (PS3.10 8.2)."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

__all__ = ["LetterCase"]

_MOST_NAMES: Final = 500_000
"""Names that are kept at once; a folder with more is not looked through."""


class LetterCase:
    """Finds what one reference after the other means below one folder; each folder is listed once.

    The name as it is spelt goes first. Where there is none, a name that differs in the case of ASCII letters alone
    stands for it, if there is only one. No folder outside ``root`` is listed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[Path, dict[str, str]] = {}
        self._kept = 0

    def found(self, folder: Path, components: Sequence[str]) -> Path:
        """The path that the components lead to, as they are spelt where nothing else is there."""
        path = folder.joinpath(*components)
        if os.path.lexists(path):
            return path
        path = folder
        for component in components:
            asked = path / component
            path = asked if os.path.lexists(asked) else path / self._only_one(path).get(_folded(component), component)
        return path

    def _only_one(self, folder: Path) -> dict[str, str]:
        """The names in a folder by their folded form, without those that share it."""
        if folder not in self._names:
            names = self._listed(folder)
            self._names[folder] = names
            self._kept += len(names)
        return self._names[folder]

    def _listed(self, folder: Path) -> dict[str, str]:
        if not Path(os.path.realpath(folder)).is_relative_to(self._root):
            return {}
        names: dict[str, str] = {}
        shared: set[str] = set()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if self._kept + len(names) >= _MOST_NAMES:
                        return {}
                    folded = _folded(entry.name)
                    if folded in names:
                        shared.add(folded)
                    names[folded] = entry.name
        except OSError:
            return {}
        return {folded: name for folded, name in names.items() if folded not in shared}


def _folded(name: str) -> str:
    """Upper case of ASCII letters alone: those are all that a File ID has (PS3.10 8.2)."""
    return "".join(c.upper() if c.isascii() else c for c in name)
