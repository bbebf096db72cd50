"""Puts the program with its own Python environment and fonts below a folder, as /opt/doorstep.

Called by packaging/debian/rules as `install_environment.py ROOT` in a copy of the source. What is
installed is pinned by hash in packaging/runtime.lock.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

HOME: Final = "opt/doorstep"
# Parts of Qt that no page uses, 260 of 645 MB. That the rest starts is shown by the package's test.
UNUSED: Final = (
    "PySide6/Qt/lib/libQt6WebEngine*",
    "PySide6/Qt/lib/libQt63D*",
    "PySide6/Qt/lib/libQt6Charts*",
    "PySide6/Qt/lib/libQt6DataVisualization*",
    "PySide6/Qt/lib/libQt6Designer*",
    "PySide6/Qt/lib/libQt6Graphs*",
    "PySide6/Qt/lib/libQt6Quick3D*",
    "PySide6/Qt/lib/libQt6ShaderTools*",
    "PySide6/Qt/libexec/QtWebEngineProcess",
    "PySide6/Qt/resources/*",
    "PySide6/Qt/translations/qtwebengine_locales",
    "PySide6/Qt/metatypes",
    "PySide6/Qt/plugins/designer",
    "PySide6/Qt/qml/QtWebEngine",
    "PySide6/Qt/qml/QtCharts",
    "PySide6/Qt/qml/QtQuick3D",
    "PySide6/Qt3D*",
    "PySide6/QtCharts*",
    "PySide6/QtDataVisualization*",
    "PySide6/QtDesigner*",
    "PySide6/QtGraphs*",
    "PySide6/QtQuick3D*",
    "PySide6/QtWebEngine*",
    "PySide6/designer",
    "PySide6/assistant",
    "PySide6/linguist",
    "PySide6/lupdate",
    "PySide6/lrelease",
    "PySide6/qmllint",
    "PySide6/qmlls",
    "PySide6/qmlformat",
    "PySide6/include",
    "PySide6/QtAsyncio",
    "PySide6/scripts",
    "PySide6/Qt/qml/QtQuick/Scene3D*",
    "PySide6/typesystems",
    "PySide6/*.pyi",
)


def main(root: Path) -> None:
    """Everything below `root`/opt/doorstep; raises CalledProcessError."""
    home = root / HOME
    home.parent.mkdir(parents=True)
    shutil.copytree(bought(), home, symlinks=True)
    python = home / "bin" / "python"
    run(*pip_of(python), "--no-deps", ".")
    [packages] = home.glob("lib/python3.*/site-packages")
    for pattern in UNUSED:
        for path in packages.glob(pattern):
            remove(path)
    run(python, "-m", "pip", "uninstall", "-q", "-y", "pip", "setuptools")
    (home / "whole").unlink()
    # Commands name the folder they were made in; ours is started as a module (usr/bin/kiosk).
    for path in (home / "bin").iterdir():
        if not path.name.startswith("python"):
            path.unlink()
    home.joinpath("pyvenv.cfg").write_text(
        "home = /usr/bin\ninclude-system-site-packages = false\n", encoding="utf-8"
    )
    for folder in packages.glob("**/__pycache__"):
        remove(folder)
    # Compiled here, with the paths they will have, so that the terminal's user needs to write none.
    quietly = ("-q", "-j", "0", "--invalidation-mode", "unchecked-hash")
    run(python, "-m", "compileall", *quietly, "-s", root, "-p", "/", packages)


def bought() -> Path:
    """An environment with everything that is not ours, made once for each lock."""
    lock = Path("packaging/runtime.lock")
    kept = Path(os.environ["KEPT_ENVIRONMENTS"]) / sha256(lock.read_bytes()).hexdigest()[:16]
    if not (kept / "whole").exists():
        shutil.rmtree(kept, ignore_errors=True)
        run("/usr/bin/python3", "-m", "venv", kept)
        run(*pip_of(kept / "bin" / "python"), "--require-hashes", "-r", lock)
        (kept / "whole").touch()
    return kept


def pip_of(python: Path) -> tuple[str | Path, ...]:
    """The installer of that environment."""
    return python, "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check"


def remove(path: Path) -> None:
    """A file or a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def run(*command: str | Path) -> None:
    """Raises CalledProcessError."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
