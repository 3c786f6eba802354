"""A program's code as a zip file: the same content gives the same bytes."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stackproof.embedded.archives import zipped
from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.provider.wire import ARCHIVE, ASSET, SIGNATURE


def archive(**content: Any) -> dict[str, Any]:
    return {SIGNATURE: ARCHIVE, **content}


def asset(**content: Any) -> dict[str, Any]:
    return {SIGNATURE: ASSET, **content}


def unpacked(packed: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_folder_is_packed_whole_and_regardless_of_times(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "more.py").write_text("more")
    (tmp_path / "handler.py").write_text("handler")
    first = zipped(archive(path=str(tmp_path)))
    os.utime(tmp_path / "handler.py", (1_000_000_000, 1_000_000_000))
    assert zipped(archive(path=str(tmp_path))) == first
    assert unpacked(first) == {"handler.py": "handler", "inner/more.py": "more"}


def test_archive_of_assets_holds_texts_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "more.py").write_text("more")
    assets = {
        "handler.py": asset(text="handler"),
        "copied.py": asset(path=str(tmp_path / "more.py")),
        "package": archive(path=str(tmp_path)),
    }
    assert unpacked(zipped(archive(assets=assets))) == {
        "copied.py": "more",
        "handler.py": "handler",
        "package/more.py": "more",
    }


def test_folder_under_a_dot_is_at_the_top(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text("handler")
    packed = zipped(archive(assets={".": archive(path=str(tmp_path))}))
    assert unpacked(packed) == {"handler.py": "handler"}


def test_order_of_assets_does_not_matter() -> None:
    one, two = asset(text="1"), asset(text="2")
    forth = zipped(archive(assets={"a": one, "b": two}))
    assert zipped(archive(assets={"b": two, "a": one})) == forth


def test_zip_file_is_taken_as_it_is(tmp_path: Path) -> None:
    packed = tmp_path / "code.zip"
    packed.write_bytes(zipped(archive(assets={"a": asset(text="1")})))
    assert zipped(archive(path=str(packed))) == packed.read_bytes()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"path": "nowhere/to/be/found"}, "nowhere/to/be/found does not exist"),
        ({"uri": "https://example.com/code.zip"}, "only takes local files"),
    ],
)
def test_code_that_is_not_there_is_refused(content: dict[str, Any], why: str) -> None:
    with pytest.raises(EmbeddedError, match=why):
        zipped(archive(**content))


def test_archive_in_another_format_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "code.tar.gz"
    packed.write_bytes(b"")
    with pytest.raises(EmbeddedError, match="is no zip file"):
        zipped(archive(path=str(packed)))


def test_mere_text_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text("handler")
    packed = tmp_path / "code.zip"
    packed.write_bytes(zipped(archive(path=str(tmp_path))))
    assert zipped(str(packed)) == packed.read_bytes()
