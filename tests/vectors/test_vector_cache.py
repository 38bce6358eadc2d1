"""Vectors are built once into the cache, checked whenever they are used, and exported for users without Python."""

import inspect
import json
import multiprocessing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner

from dicomsig.cli.vectors import command
from dicomsig.vectors import cache, index
from dicomsig.vectors.cache import Corpus, built, cache_folder, place_of_corpus
from dicomsig.vectors.corpus import vectors
from dicomsig.vectors.index import Entry, VectorError, write_index

FEW = ("creator-ct.sha256", "pixel-data-last-byte-altered.sha256", "signatures-stripped", "stranger.text")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MappingProxyType[str, Entry]:
    """An index of four vectors, and a cache of its own."""
    entries = MappingProxyType({name: index.index()[name] for name in FEW})
    monkeypatch.setattr(cache, "index", lambda: entries)
    monkeypatch.setattr("dicomsig.vectors.export.index", lambda: entries)
    monkeypatch.setattr(index, "index", lambda: entries)
    monkeypatch.setenv("DICOMSIG_CACHE", str(tmp_path / "cache"))
    return entries


def run(*arguments: str | Path) -> tuple[int, str]:
    # Before 8.2 click mixed what goes to stderr into stdout unless told not to.
    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    done = CliRunner(**apart).invoke(command, [str(each) for each in arguments], standalone_mode=False)
    if done.exception is not None:
        return 2, str(done.exception)
    return int(done.return_value), done.stdout


def test_the_cache_is_where_the_user_wants_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """DICOMSIG_CACHE comes before XDG_CACHE_HOME, and that before the home folder."""
    monkeypatch.setenv("DICOMSIG_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("DICOMSIG_CACHE")
    assert cache_folder() == tmp_path / "xdg" / "dicomsig"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "dicomsig"


def test_vectors_are_built_once(few: MappingProxyType[str, Entry]) -> None:
    """The second asker finds what the first has built, in a folder that is named by the corpus digest."""
    corpus = built()
    assert corpus.folder == place_of_corpus()
    assert corpus.folder.name == index.digest_of(few)[:16]
    assert {path.stem for path in corpus.folder.glob("*.dcm")} == few.keys()
    before = {path: path.stat().st_mtime_ns for path in corpus.folder.iterdir()}
    assert built() == corpus
    assert {path: path.stat().st_mtime_ns for path in corpus.folder.iterdir()} == before
    assert [path.name for path in corpus.folder.parent.iterdir()] == [corpus.folder.name]


@pytest.mark.parametrize("damage", [b"", b"another file", None])
def test_a_damaged_file_is_built_anew(few: MappingProxyType[str, Entry], damage: bytes | None) -> None:
    """What does not have the sum of the index is never handed out."""
    corpus = built()
    path = corpus.folder / f"{FEW[0]}.dcm"
    right = path.read_bytes()
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    assert corpus.data(FEW[0]) == right
    assert path.read_bytes() == right
    assert not list(corpus.folder.glob(".building-*"))


def test_other_bytes_than_those_of_the_index_are_an_error(
    few: MappingProxyType[str, Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recipe that builds something else convicts nobody: it stops the run, and leaves nothing behind."""
    wrong = dict(few) | {FEW[0]: replace(few[FEW[0]], sha256="0" * 64)}
    monkeypatch.setattr(cache, "index", lambda: wrong)
    with pytest.raises(VectorError, match=r"creator-ct.sha256 was built with other bytes"):
        built()
    assert list((cache_folder() / "vectors").iterdir()) == []
    assert "other bytes" in run("rebuild")[1]


def test_an_unknown_vector_is_an_error(few: MappingProxyType[str, Entry]) -> None:
    """An id that no vector has gives no path."""
    with pytest.raises(VectorError, match="no vector has the id"):
        built().path("../../etc/passwd")


def _build(folder: str, results: "multiprocessing.Queue[str]") -> None:
    few = {name: index.index()[name] for name in FEW}
    cache.index = lambda: few
    results.put(str(built(Path(folder)).folder))


def test_builders_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Of several processes that build at once each ends with the whole corpus, and one folder is left."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    processes = [context.Process(target=_build, args=(str(tmp_path), results)) for _ in range(4)]
    for process in processes:
        process.start()
    folders = {results.get(timeout=60) for _ in processes}
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0
    (folder,) = folders
    assert {path.stem for path in Path(folder).iterdir()} == set(FEW)
    assert [str(path) for path in (tmp_path / "vectors").iterdir()] == [folder]


def test_a_cache_that_cannot_be_written_is_an_error_that_names_it(
    few: MappingProxyType[str, Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder for the cache cannot be made, the message names it and the way out; nothing is internal."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DICOMSIG_CACHE", str(tmp_path / "file"))
    for arguments in (("rebuild",), ("export", tmp_path / "out")):
        code, said = run(*arguments)
        assert code == 2
        assert f"{tmp_path / 'file' / 'vectors'}" in said
        assert "DICOMSIG_CACHE" in said


def test_an_export_needs_no_python(few: MappingProxyType[str, Entry], tmp_path: Path) -> None:
    """Each vector has a folder with object, description and two sentences; the anchors lie beside them."""
    target = tmp_path / "out"
    assert run("export", target) == (0, f"4 vectors are in {target}\n")
    assert {path.name for path in target.iterdir()} == {*FEW, "trust-anchors", "corpus.json"}
    for name, entry in few.items():
        assert {path.name for path in (target / name).iterdir()} == {"object.dcm", "vector.json", "README.md"}
        assert (target / name / "object.dcm").read_bytes() == entry.vector.build()
        row = json.loads((target / name / "vector.json").read_text(encoding="utf-8"))
        assert row["outcome"] == entry.vector.outcome
        assert (target / name / row["trust"]).resolve().read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
        words = (target / name / "README.md").read_text(encoding="utf-8")
        assert words.startswith(f"{entry.vector.title}. A verifier ")
    digest = json.loads((target / "corpus.json").read_text(encoding="utf-8"))
    assert digest == {"digest": index.digest_of(few), "vectors": 4}


def test_an_export_never_writes_over_anything(few: MappingProxyType[str, Entry], tmp_path: Path) -> None:
    """A folder with something in it is refused, and so is a file."""
    (tmp_path / "mine.txt").write_text("mine")
    assert "is not empty" in run("export", tmp_path)[1]
    code, said = run("export", tmp_path / "mine.txt")
    assert (code, "is a file; name a folder" in said) == (2, True)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_export_is_added_to_by_another_of_the_same_corpus(few: MappingProxyType[str, Entry], tmp_path: Path) -> None:
    """A second export adds its vectors to the first; one of another corpus is refused."""
    first, second, *_ = few
    target = tmp_path / "out"
    for name in (first, second, second):
        assert run("export", target, "--only", name)[0] == 0
    assert {path.name for path in target.iterdir()} == {first, second, "trust-anchors", "corpus.json"}
    digest = json.loads((target / "corpus.json").read_text(encoding="utf-8"))
    assert digest == {"digest": index.digest_of(few), "vectors": 2}
    for other in ('{"digest": "0"}', "[]", "no JSON"):
        (target / "corpus.json").write_text(other)
        assert "is not empty" in run("export", target, "--only", first)[1]


def test_the_list_has_a_line_a_vector(few: MappingProxyType[str, Entry]) -> None:
    """Id, outcome, reason, twin and title, tab-separated; nothing is a dash."""
    code, output = run("list")
    assert code == 0
    rows = [line.split("\t") for line in output.splitlines()]
    assert [row[0] for row in rows] == list(FEW)
    assert rows[0][1:4] == ["valid", "-", "-"]
    assert rows[1][1:4] == ["invalid", "mac-mismatch", "creator-ct.sha256"]
    assert all(len(row) == 5 for row in rows)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--outcome", "invalid"], FEW[1:2]),
        (["--outcome", "invalid", "--outcome", "unsigned"], FEW[1:3]),
        (["--family", "unsigned"], FEW[2:3]),
        (["--only", "*sha256"], FEW[:2]),
        (["--only", "stranger.text"], FEW[3:]),
        (["--requirement", "ps3.15-c.2-integrity-of-pixels"], FEW[1:2]),
        (["--outcome", "valid", "--family", "unsigned"], ()),
    ],
)
def test_filters_choose_vectors(few: MappingProxyType[str, Entry], options: list[str], names: tuple[str, ...]) -> None:
    """Options of one kind add up, different ones narrow down."""
    code, output = run("list", *options)
    assert code == 0
    assert tuple(line.partition("\t")[0] for line in output.splitlines()) == tuple(names)


@pytest.mark.parametrize("option", ["--family", "--requirement", "--only", "--flag"])
def test_names_that_nothing_bears_are_errors(few: MappingProxyType[str, Entry], option: str) -> None:
    """An unknown name is a usage error that names the option, never an empty list."""
    code, words = run("list", option, "stranger.tex")
    assert code == 2
    assert words.startswith(f"{option}: no vector has 'stranger.tex'.")
    assert (option == "--only") == ("Did you mean 'stranger.text'?" in words)


def test_a_list_as_json_is_that_of_the_index(few: MappingProxyType[str, Entry]) -> None:
    """Each line is the row of the index."""
    code, output = run("list", "--json")
    assert code == 0
    assert [json.loads(line) for line in output.splitlines()] == [index.row_of(entry) for entry in few.values()]


def test_rebuild_builds_into_the_cache(few: MappingProxyType[str, Entry]) -> None:
    """What was in the cache is built anew, strangers' files included."""
    corpus = built()
    (corpus.folder / "stranger").write_text("x")
    code, output = run("rebuild")
    assert (code, output) == (0, f"4 vectors are in {corpus.folder}\n")
    assert {path.stem for path in corpus.folder.iterdir()} == set(FEW)


def test_check_compares_recipes_and_index(few: MappingProxyType[str, Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte, a word or a vector too many or too few is said, with exit code 1."""
    recipes = {name: vectors()[name] for name in few}
    monkeypatch.setattr("dicomsig.vectors.corpus.vectors", lambda: recipes)
    code, output = run("check")
    assert (code, output) == (0, f"4 vectors are as the index has them, corpus {index.digest_of(few)[:16]}\n")
    changed = {
        FEW[1]: replace(few[FEW[1]], sha256="0" * 64),
        FEW[2]: replace(few[FEW[2]], vector=replace(few[FEW[2]].vector, title="Something else")),
        FEW[3]: few[FEW[3]],
        "creator-mr.sha256": index.Entry(few[FEW[0]].vector, "", 0, {}),
    }
    monkeypatch.setattr(cache, "index", lambda: changed)
    monkeypatch.setattr(index, "index", lambda: changed)
    code, output = run("check")
    assert code == 1
    assert output.splitlines() == [
        "creator-ct.sha256: built, and not in the index",
        "creator-mr.sha256: in the index, and no recipe builds it",
        "pixel-data-last-byte-altered.sha256: built with other bytes than the index has",
        "signatures-stripped: described otherwise than in the index",
    ]


def test_the_index_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Nothing of the index gets lost on the way through the file."""
    write_index(index.index(), tmp_path / "index.json")
    assert (tmp_path / "index.json").read_bytes() == index.index_path().read_bytes()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99, "vectors": []}', '{"schema": 1, "vectors": [{}]}'])
def test_a_damaged_index_is_an_error_of_its_own(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read as an index says so, and no traceback shows."""
    path = tmp_path / "index.json"
    path.write_text(text)
    monkeypatch.setattr(index, "index_path", lambda: path)
    index.index.cache_clear()
    try:
        with pytest.raises(VectorError, match=r"index\.json"):
            index.index()
    finally:
        index.index.cache_clear()


def test_a_corpus_is_a_folder() -> None:
    """Whoever has a corpus knows where it is."""
    assert Corpus(Path("somewhere")).folder == Path("somewhere")
