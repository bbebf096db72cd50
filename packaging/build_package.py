"""Builds the Debian package of this checkout: `./run package`. Prints its path.

Only what git knows goes in. The architecture is that of the machine it runs on.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from email.utils import formatdate
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
FOLDER = SOURCE / "build" / "package"
RUNTIME = SOURCE / "packaging" / "debian-packages.txt"
# What only compiles; the package brings what came of it.
COMPILING = {"python3", "python3-venv", "python3-dev", "gcc", "swig", "pkg-config"}


def main(version: str = "") -> Path:
    """Build in build/package; another `version` than pyproject.toml's for tests of upgrades."""
    version = (
        version
        or tomllib.loads((SOURCE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    )
    copy = FOLDER / "source"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=SOURCE, check=True, capture_output=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if not name.startswith("tests/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, copy / name)
    debian = copy / "debian"
    shutil.copytree(copy / "packaging" / "debian", debian)
    control = debian / "control"
    control.write_text(control.read_text("utf-8").replace("RUNTIME_PACKAGES", needed()), "utf-8")
    debian.joinpath("changelog").write_text(
        f"doorstep ({version}) bookworm; urgency=medium\n\n  * See CHANGELOG.md.\n\n"
        f" -- Doorstep <doorstep@localhost>  {formatdate(_when(), localtime=False)}\n",
        "utf-8",
    )
    subprocess.run(
        ["dpkg-buildpackage", "-b", "-us", "-uc"],
        cwd=copy,
        check=True,
        env=os.environ | {"KEPT_ENVIRONMENTS": str(FOLDER / "environments")},
    )
    [package] = FOLDER.glob(f"doorstep_{version}_*.deb")
    return package


def needed() -> str:
    """Debian packages that the program runs with, for the field Depends."""
    names = re.sub(r"#.*", "", RUNTIME.read_text("utf-8")).split()
    return ", ".join(n for n in names if n not in COMPILING and not n.endswith("-dev"))


def _when() -> float:
    """Of the last commit, so that the same commit gives the same package."""
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=SOURCE, check=False, capture_output=True
    ).stdout
    return float(told or time.time())


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
