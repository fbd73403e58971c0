"""Permissions bind root too where a test asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rights import ordinary_rights


def test_a_read_only_file_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("as it was")
    file.chmod(0o444)
    with ordinary_rights(), pytest.raises(PermissionError):
        file.write_text("changed")
    assert file.read_text() == "as it was"


def test_an_unreadable_file_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "hidden"
    file.write_text("secret")
    file.chmod(0)
    with ordinary_rights(), pytest.raises(PermissionError):
        file.read_text()


def test_a_read_only_folder_takes_no_new_file(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with ordinary_rights(), pytest.raises(PermissionError):
        (tmp_path / "new").touch()
    tmp_path.chmod(0o755)


def test_one_s_own_files_stay_in_reach_and_all_rights_come_back(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    file = tmp_path / "own"
    with ordinary_rights():
        file.write_text("written")
    file.chmod(0o600)
    with ordinary_rights():
        assert file.read_text() == "written"
