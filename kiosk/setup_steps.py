"""Sets a terminal up: its own key and token, enrolment, settings file, key of the store.

Every step may be repeated: what a step made before is used again, so a power cut in the middle
costs nothing but doing it once more.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomli_w

from kiosk.new_file import new_file
from kiosk.setup_answers import SetupAnswers
from kiosk.store_keys import CREDENTIAL
from offline_store.credential_key import SEALED
from sync.enrolment import Enrolled, Enrolment
from sync.http_enrolment import enrol, key_from, new_key, request_of, secret_pem

ACCOUNT: Final = "doorstep"
STORE: Final = Path("/var/lib/doorstep/store")
SYSTEMD: Final = Path("/run/systemd/system")  # sd_booted(3)
KEY_BYTES: Final = 32
CREDENTIAL_SECONDS: Final = 60  # a TPM takes some seconds
_DROP_IN: Final = f"[Service]\nLoadCredentialEncrypted={CREDENTIAL}:{SEALED / CREDENTIAL}\n"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are written. `account`: who may read them, None: only who writes them."""

    settings: Path = Path("/etc/doorstep")
    store: Path = STORE
    units: Path = Path("/etc/systemd/system")
    account: str | None = ACCOUNT

    @property
    def token(self) -> Path:
        """The terminal's secret towards the gateway."""
        return self.settings / "token"

    @property
    def key(self) -> Path:
        """Of its certificate."""
        return self.settings / "terminal.key"

    @property
    def certificate(self) -> Path:
        """For mutual TLS."""
        return self.settings / "terminal.pem"

    @property
    def toml(self) -> Path:
        """The settings file."""
        return self.settings / "kiosk.toml"


def enrolled(answers: SetupAnswers, places: Places) -> Enrolled:
    """Ask the gateway to let this terminal in, with a key and a token that stay here.

    Raises OSError, ValueError, GatewayUnreachable, EnrolmentRefused.
    """
    places.settings.mkdir(mode=0o750, parents=True, exist_ok=True)
    token = _kept(places.token, lambda: secrets.token_urlsafe(KEY_BYTES).encode(), places)
    key = key_from(_kept(places.key, lambda: secret_pem(new_key()), places))
    asked = Enrolment(
        code=answers.gateway.code,
        request=request_of(key),
        token_hash=hashlib.sha256(token.strip()).digest(),
        site_code=answers.site.code,
    )
    root = answers.gateway.ca_file
    told = enrol(answers.gateway.url, asked, ca_file=str(root) if root else None)
    _write(places.certificate, told.certificate.encode("ascii"), places)
    return told


def known_gateway(places: Places) -> dict[str, Any]:
    """What an earlier setting up wrote of the gateway, {} when there is nothing. Raises OSError."""
    try:
        found = tomllib.loads(places.toml.read_text("utf-8")).get("gateway", {})
    except (FileNotFoundError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return found if isinstance(found, dict) and found.get("terminal_id") else {}


def gateway_of(answers: SetupAnswers, told: Enrolled, places: Places) -> dict[str, Any]:
    """The part of the settings that says how the gateway is found and known."""
    gateway: dict[str, Any] = {
        "url": answers.gateway.url,
        "terminal_id": told.terminal_id,
        "token_file": str(places.token),
        "public_key": told.public_key.hex(),
        "sealing_key": told.sealing_key.hex(),
    }
    if answers.gateway.ca_file:
        gateway["ca_file"] = str(answers.gateway.ca_file)
    if answers.gateway.url.startswith("https:"):
        gateway |= {
            "certificate_file": str(places.certificate),
            "certificate_key": str(places.key),
        }
    return gateway


def write_settings(
    answers: SetupAnswers, gateway: dict[str, Any], places: Places, *, sealed: bool
) -> None:
    """The settings file, whole or not at all. `sealed`: see `seal_store_key`. Raises OSError."""
    content = {
        "folder": str(places.store),
        "store_key": "credential" if sealed else "file",
        "site": answers.site.model_dump(),
        "gateway": gateway,
        "devices": answers.devices.model_dump(mode="json", exclude_defaults=True),
        "mode": {"kind": answers.mode.value},
        "comfort": answers.comfort.model_dump(mode="json", exclude_defaults=True),
    }
    _write(places.toml, tomli_w.dumps(content).encode("utf-8"), places)


def seal_store_key(places: Places, *, sealed: Path = SEALED) -> bool:
    """Make the store's key a credential of the service, bound to the TPM where there is one.

    False, and nothing is done, where systemd is not running or an earlier store has its key in a
    file. Raises OSError and CalledProcessError.
    """
    made, beside = sealed / CREDENTIAL, places.store.with_name(f"{places.store.name}.key")
    if not SYSTEMD.is_dir() or beside.exists():
        return False
    if not made.exists():
        sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
        subprocess.run(  # noqa: S603 - of systemd, with our own words
            ["/usr/bin/systemd-creds", "encrypt", f"--name={CREDENTIAL}", "-", str(made)],
            input=secrets.token_hex(KEY_BYTES).encode(),
            check=True,
            timeout=CREDENTIAL_SECONDS,
        )
    drop_in = places.units / "doorstep.service.d" / "store-key.conf"
    drop_in.parent.mkdir(parents=True, exist_ok=True)
    drop_in.write_text(_DROP_IN, "utf-8")
    # Else the unit as it was read before would begin a store with another key.
    subprocess.run(["/usr/bin/systemctl", "daemon-reload"], check=True, timeout=CREDENTIAL_SECONDS)
    return True


def _kept(path: Path, made: Any, places: Places) -> bytes:
    """What that file holds, or what is made for it now."""
    if path.exists():
        return path.read_bytes()
    content: bytes = made()
    _write(path, content, places)
    return content


def _write(path: Path, content: bytes, places: Places) -> None:
    with new_file(path) as file:
        file.write(content)
        if places.account is not None:
            shutil.chown(file.name, group=places.account)
            os.fchmod(file.fileno(), 0o640)
