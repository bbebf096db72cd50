"""Runs one benchmark or all; the figures go to build/bench/NAME.json.

After `--` come options of the one that was named.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests import benchmarks

FIGURES = Path("build/bench")


def found() -> dict[str, Callable[..., dict[str, float]]]:
    """Every module of this folder that has a NAME, with its `run`."""
    modules = [
        importlib.import_module(f"{benchmarks.__name__}.{module.name}")
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if not module.name.startswith("_")
    ]
    return {module.NAME: module.run for module in modules if hasattr(module, "NAME")}


def main(wanted: list[str]) -> int:
    """Run those named, or all; 2 when a name is unknown or options belong to no single one."""
    known = found()
    wanted, options = _parted(wanted)
    if options and len(wanted) != 1:
        print("Options after -- need the name of one benchmark before it.")
        return 2
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(sorted(known))}")
        return 2
    FIGURES.mkdir(parents=True, exist_ok=True)
    for name in wanted or sorted(known):
        print(f"\n== {name}")
        figures = known[name](*options)
        (FIGURES / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def _parted(words: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
