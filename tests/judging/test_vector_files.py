"""Files that are put to a system tell nothing by their names, and the cache is never shown."""

from dicomsig.judging.vector_files import VectorFiles
from dicomsig.vectors.cache import built
from dicomsig.vectors.index import index

VECTORS = [index()[name].vector for name in ("base-ct.sha256", "manufacturer-changed.sha256")]


def test_names_are_numbers():
    """The name of a file holds its number in the run and nothing of the vector; asked twice it is the same file."""
    with VectorFiles(built()) as files:
        paths = [files.path(vector) for vector in VECTORS]
        assert [path.name for path in paths] == ["object-000000.dcm", "object-000001.dcm"]
        assert files.path(VECTORS[0]) == paths[0]
        assert not any(vector.id in str(path) for vector, path in zip(VECTORS, paths, strict=True))
    assert not paths[0].parent.exists()


def test_a_system_that_writes_to_its_file_leaves_the_cache_alone():
    """The files are copies: the next run is put what the index says."""
    with VectorFiles(built()) as files:
        files.path(VECTORS[0]).write_bytes(b"altered")
    with VectorFiles(built()) as files:
        assert files.path(VECTORS[0]).read_bytes() == built().data(VECTORS[0].id) != b"altered"
