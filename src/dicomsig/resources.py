"""The content directories are found inside an installed wheel or at the top of a checkout.

A wheel carries them as `dicomsig/content/NAME`; an editable install and a plain checkout read them where they are
edited. Content is data and test files; nothing in it is imported by dicomsig.
"""

from pathlib import Path
from typing import Final, Literal, get_args

__all__ = ["CONTENT_NAMES", "ContentMissingError", "ContentName", "content"]

ContentName = Literal["suite", "profiles", "fixtures", "reports"]

CONTENT_NAMES: Final[tuple[ContentName, ...]] = get_args(ContentName)

_PACKAGE: Final = Path(__file__).resolve().parent
_PACKAGED: Final = _PACKAGE / "content"
_CHECKOUT: Final = _PACKAGE.parent.parent


class ContentMissingError(Exception):
    """A content directory is neither packaged nor beside the source: the installation is damaged."""


def content(name: ContentName) -> Path:
    """The content directory `name` is an existing, absolute folder.

    The packaged copy wins over the checkout's. Raises `ValueError` for a name that is not in `CONTENT_NAMES` and
    `ContentMissingError` when the directory is in neither place.
    """
    if name not in CONTENT_NAMES:
        raise ValueError(f"no content directory is named {name!r}; there are {', '.join(CONTENT_NAMES)}")
    places = [_PACKAGED / name]
    if (_CHECKOUT / "pyproject.toml").is_file() and _PACKAGE.parent.name == "src":
        places.append(_CHECKOUT / name)
    for place in places:
        if place.is_dir():
            return place
    looked = " or ".join(str(place) for place in places)
    raise ContentMissingError(f"content directory {name!r} not found at {looked}; reinstall dicomsig")
