"""The content-addressed store."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import pytest

from models.kernel.errors import Invalid, NotFound, Refused
from models.kernel.storage.files import FileStore, Stored

CONTENT = "现场照片".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["path", "file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield {"path": str(tmp_path / "库"), "file": f"file://{tmp_path}/库", "memory": "memory://库"}[request.param]
    memory = fsspec.filesystem("memory")
    if memory.exists("/库"):
        memory.rm("/库", recursive=True)


def files_in(url: str) -> list[str]:
    fs, root = fsspec.core.url_to_fs(url)
    return sorted(found.removeprefix(root) for found in fs.find(root))


def test_what_was_put_in_is_found_by_its_hash(url: str):
    store = FileStore(url)
    assert store.put(CONTENT) == Stored(SHA256, len(CONTENT))
    assert store.exists(SHA256)
    assert store.read(SHA256) == CONTENT
    with store.open(SHA256) as stream:
        assert stream.read() == CONTENT
    assert files_in(url) == [f"/{SHA256[:2]}/{SHA256[2:]}"]


def test_another_store_on_the_same_place_finds_it(url: str):
    FileStore(url).put(CONTENT)
    assert FileStore(url).read(SHA256) == CONTENT


def test_putting_it_in_again_changes_nothing(url: str):
    store = FileStore(url)
    assert store.put(CONTENT) == store.put(io.BytesIO(CONTENT))
    assert len(files_in(url)) == 1


def test_an_empty_file_is_a_file(url: str):
    store = FileStore(url)
    assert store.read(store.put(b"").sha256) == b""


def test_a_stream_is_read_in_blocks(url: str):
    content = b"0123456789abcdef" * 250_000

    class Stream(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            got = super().read(size)
            Stream.largest = max(Stream.largest, len(got))
            return got

    stored = FileStore(url).put(Stream(content))
    assert stored == Stored(hashlib.sha256(content).hexdigest(), len(content))
    assert 0 < Stream.largest <= 1 << 20


def test_a_stream_that_breaks_off_leaves_nothing(url: str):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError("gone")
            return super().read(3)

    with pytest.raises(ConnectionError):
        FileStore(url).put(Broken(CONTENT))
    assert files_in(url) == []


def test_a_missing_file_is_said_to_be_missing(url: str):
    store = FileStore(url)
    assert not store.exists(SHA256)
    for look in (store.read, store.open):
        with pytest.raises(NotFound, match="没有校验值为"):
            look(SHA256)


def test_damaged_bytes_are_refused_and_healed_by_putting_the_file_in_again(url: str):
    store = FileStore(url)
    store.put(CONTENT)
    with fsspec.open(f"{url}/{SHA256[:2]}/{SHA256[2:]}", "wb") as out:
        out.write(CONTENT[::-1])
    with pytest.raises(Refused, match="已损坏") as refusal:
        store.read(SHA256)
    assert refusal.value.code == "file_damaged"
    store.put(CONTENT)
    assert store.read(SHA256) == CONTENT


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "0", SHA256 + "\n"])
def test_what_is_no_hash_leads_nowhere(tmp_path: Path, name: str):
    with pytest.raises(Invalid):
        FileStore(tmp_path).path(name)


def test_the_same_file_from_many_threads_is_stored_once(tmp_path: Path):
    store = FileStore(tmp_path)
    content = CONTENT * 100_000
    with ThreadPoolExecutor(8) as pool:
        stored = set(pool.map(lambda _: store.put(content), range(32)))
    assert len(stored) == 1
    assert store.read(stored.pop().sha256) == content
    assert len(files_in(str(tmp_path))) == 1


def test_a_relative_folder_stays_where_it_was_when_the_process_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    store = FileStore("库")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.put(CONTENT)
    assert Path(store.path(SHA256)).read_bytes() == CONTENT
    assert store.path(SHA256).startswith(str(tmp_path / "库"))
