"""The servers that tests start by themselves."""

import os

import pytest

from tests import servers


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the binaries to another user")
def test_a_copied_wheel_keeps_its_libraries_beside_it(tmp_path):
    package = tmp_path / "site" / "pgserver"
    (package / "pginstall" / "bin").mkdir(parents=True)
    libraries = tmp_path / "site" / "pgserver.libs"
    libraries.mkdir()
    (libraries / "libpq.so").write_text("library")
    copy = servers._readable(package, tmp_path / "private")
    assert (copy / "pginstall" / "bin").is_dir()
    assert (copy.parent / "pgserver.libs" / "libpq.so").read_text() == "library"
