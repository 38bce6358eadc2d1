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

    Raises FileExistsError when the folder is there and not empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    anchors = folder / "trust-anchors"
    anchors.mkdir()
    for each in Anchors:
        shutil.copyfile(each.path, anchors / f"{each.value}.pem")
    count = 0
    for entry in entries:
        place = folder / entry.vector.id
        place.mkdir()
        shutil.copyfile(corpus.path(entry.vector.id), place / "object.dcm")
        row = row_of(entry) | {"trust": f"../trust-anchors/{entry.vector.anchors.value}.pem"}
        _write(place / "vector.json", json.dumps(row, ensure_ascii=False, indent=2))
        _write(place / "README.md", f"{entry.vector.title}. {_ASKED[entry.vector.outcome]}")
        count += 1
    _write(folder / "corpus.json", json.dumps({"digest": digest_of(index()), "vectors": count}))
    return count


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
