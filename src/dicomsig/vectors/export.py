"""The vectors as folders for users without Python: object, description, a few words, trust anchors."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from dicomsig.vectors.cache import Corpus
from dicomsig.vectors.index import Entry, digest_of, index, row_of
from dicomsig.vectors.vector import Anchors, Outcome

__all__ = ["export"]

_ASKED = {
    Outcome.VALID: "A verifier has to accept it.",
    Outcome.INVALID: "A verifier has to reject it.",
    Outcome.INDETERMINATE: "A verifier must not accept it.",
    Outcome.UNSIGNED: "A verifier must not take it for a signed instance.",
    Outcome.UNREADABLE: "A verifier must not accept it.",
    Outcome.ACCEPTABLE: "The standard leaves open what a verifier says of it.",
}


def export(entries: Iterable[Entry], corpus: Corpus, folder: Path) -> int:
    """One folder a vector and one with the trust anchors; gives the number of vectors.

    More vectors can be added to an earlier export of the same corpus. Raises FileExistsError when anything else is in
    the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = digest_of(index())
    if any(folder.iterdir()) and _digest_in(folder) != digest:
        raise FileExistsError(f"{folder} is not empty, and holds no export of this corpus")
    anchors = folder / "trust-anchors"
    anchors.mkdir(exist_ok=True)
    for each in Anchors:
        shutil.copyfile(each.path, anchors / f"{each.value}.pem")
    count = 0
    for entry in entries:
        place = folder / entry.vector.id
        place.mkdir(exist_ok=True)
        shutil.copyfile(corpus.path(entry.vector.id), place / "object.dcm")
        row = row_of(entry) | {"trust": f"../trust-anchors/{entry.vector.anchors.value}.pem"}
        _write(place / "vector.json", json.dumps(row, ensure_ascii=False, indent=2))
        _write(place / "README.md", f"{entry.vector.title}. {_ASKED[entry.vector.outcome]}")
        count += 1
    held = sum(1 for each in folder.iterdir() if (each / "vector.json").is_file())
    _write(folder / "corpus.json", json.dumps({"digest": digest, "vectors": held}))
    return count


def _digest_in(folder: Path) -> str:
    """The digest of the corpus that was exported into a folder; empty when none was."""
    try:
        return str(json.loads((folder / "corpus.json").read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
