"""Rewrite the committed unsigned instances: ``python -m dicomsig.vectors.rebuild``."""

from pathlib import Path

from dicomsig.vectors.instances import committed_path, instances


def rebuild(folder: Path | None = None) -> list[Path]:
    """Write every instance into the folder, by default the committed one; return the paths."""
    written = []
    for name, recipe in instances(full=True).items():
        path = committed_path(name) if folder is None else folder / f"{name}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(recipe.build())
        written.append(path)
    return written


if __name__ == "__main__":
    for path in rebuild():
        print(path)
