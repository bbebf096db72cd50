"""The package brings what the program needs, in the versions that were tested."""

import re
from pathlib import Path

PACKAGING = Path("packaging")


def pinned(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", lock.read_text("utf-8"), re.M))


def test_the_package_brings_all_that_the_program_needs_as_it_was_tested() -> None:
    brought, tested = pinned(PACKAGING / "runtime.lock"), pinned(Path("requirements.lock"))
    needed = [
        re.match(r"[\w.-]+", line).group().lower()  # type: ignore[union-attr]
        for name in ("runtime-requirements.txt", "reading-requirements.txt")
        for line in (PACKAGING / name).read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert [name for name in needed if name not in brought] == [], "./run lock was forgotten"
    assert {name: version for name, version in brought.items() if tested[name] != version} == {}
