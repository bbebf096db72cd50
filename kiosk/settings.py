"""Reads kiosk.toml into one frozen value; nobody else reads settings or the environment."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from devices.receipt_printer.profile import profile_named
from kiosk.domain.mode import Mode
from kiosk.domain.sending import Sending

DEFAULT_FILE: Final = Path("/etc/doorstep/kiosk.toml")
NONE: Final = "none"
SIMULATED: Final = "simulated"


class SettingsError(Exception):
    """The settings file cannot be used; the text says which line of it and why."""


class SiteSettings(BaseModel):
    """Where the terminal stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(default="222401001001", pattern=r"^\d{12}$")
    name: str = "延吉市朝阳川镇示范村便民服务点"
    terminal: str = Field(default="01", pattern=r"^\d{2}$")
    phone: str = ""
    query_prefix: str = "DS1/"


class GatewaySettings(BaseModel):
    """The way to the province."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = "http://127.0.0.1:8470"
    terminal_id: str = "terminal-01"
    token_file: Path | None = None
    public_key: str = ""  # 64 hex digits, Ed25519
    ca_file: Path | None = None  # PEM; authorities other than the system's
    # PEM; this terminal's own certificate and its key, where the gateway asks for one
    certificate_file: Path | None = None
    certificate_key: Path | None = None
    sealing_key: str = ""  # 64 hex digits, X25519; for cases carried by hand, and evaluations


class ModeSettings(BaseModel):
    """Who stands before the terminal. On a portable the hand is that of [comfort]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Mode = Mode.SELF_SERVICE
    # Where gpsd listens (its registered port), asked on a portable; "" for nowhere.
    position: str = Field(default="127.0.0.1:2947", pattern=r"^(|[^:]+:\d{1,5})$")


class ComfortSettings(BaseModel):
    """What every visit begins with; people may choose otherwise for the visit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    elder: bool = False
    high_contrast: bool = False
    low: bool = False
    left_handed: bool = False
    languages: tuple[Literal["zh_CN", "ko_CN", "en"], ...] = Field(default=("zh_CN",), min_length=1)


class DeviceSettings(BaseModel):
    """Which driver stands for which device: `kind:address`, `simulated` or `none`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # `sam:PORT`, `sam:auto` to look for it, `pcsc:READER` for one that offers cards in blocks
    id_card: str = Field(default=NONE, pattern=r"^(none|simulated|(sam|pcsc|replay):.+)$")
    social_card: str = Field(default=NONE, pattern=r"^(none|pcsc(:.*)?|replay:.+)$")
    # the other side of a reader that is two for the system, such as `pcsc:NAME 00 01`
    social_card_contactless: str = Field(default=NONE, pattern=r"^(none|pcsc:.+)$")
    # a program that decodes the photo of ID cards, an absolute path and its arguments, and how many
    # seconds it may take: docs/photo_hook.md
    photo_program: tuple[str, ...] = ()
    photo_seconds: float = Field(default=1.5, gt=0, le=3)
    staff_card: str = Field(default=NONE, pattern=r"^(none|pcsc(:.*)?)$")
    travel_document: str = Field(default=NONE, pattern=r"^(none|pcsc(:.*)?)$")
    camera: str = Field(default=NONE, pattern=r"^(none|simulated|opencv:.+)$")
    receipt_printer: str = Field(
        default=NONE, pattern=r"^(none|simulated|(network|usb|serial|file):.+)$"
    )
    receipt_profile: str = "escpos-80"  # of devices/receipt_printer/profiles.toml, or of:
    receipt_profiles: Path | None = None  # a file of the same form with further profiles
    page_printer: str = Field(default=NONE, pattern=r"^(none|simulated|cups:.+)$")
    # its printer-uuid, as `kiosk doctor` names it; without it the first one that answers is the one
    page_printer_uuid: str = ""
    # where the start of cupsd says that its spool was emptied (packaging/printing)
    print_service_word: Path = Path("/run/doorstep-cupsd")
    sticks: tuple[Path, ...] = (Path("/run/media"), Path("/media"))  # where USB sticks are mounted

    @field_validator("photo_program")
    @classmethod
    def _is_absolute(cls, program: tuple[str, ...]) -> tuple[str, ...]:
        if program and not Path(program[0]).is_absolute():
            raise ValueError("photo_program needs an absolute path")
        return program

    @model_validator(mode="after")
    def _profile_is_known(self) -> Self:
        profile_named(self.receipt_profile, self.receipt_profiles)  # ProfileError is a ValueError
        return self


class Settings(BaseSettings):
    """Everything that may differ from one terminal to the next."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="DOORSTEP_")

    folder: Path = Path("/var/lib/doorstep")  # the store and nothing else
    # "credential": the service manager gives it, and a file is never made in its place
    store_key: Literal["file", "credential"] = "file"
    key_file: Path | None = None  # default: beside the folder, such as /var/lib/doorstep.key
    catalog_file: Path | None = None  # default: the packaged one until the gateway sends another
    # A county's own templates of papers; one that cannot be used gives way to ours.
    templates: Path = Path("/etc/doorstep/templates")
    site: SiteSettings = SiteSettings()
    gateway: GatewaySettings = GatewaySettings()
    devices: DeviceSettings = DeviceSettings()
    mode: ModeSettings = ModeSettings()
    comfort: ComfortSettings = ComfortSettings()
    sending: Sending = Sending.EVERYTHING  # "saving" where the line costs by the byte
    idle_ask_seconds: float = Field(default=60, gt=5)
    idle_end_seconds: float = Field(default=90, gt=10)
    full_screen: bool = True

    @model_validator(mode="after")
    def _ask_before_ending(self) -> Self:
        if self.idle_end_seconds <= self.idle_ask_seconds:
            raise ValueError("idle_end_seconds must be longer than idle_ask_seconds")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(file: Path | None = None) -> Settings:
    """The settings of that file, or of the standard place when it exists, or the defaults.

    Raises SettingsError in plain words.
    """
    chosen = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    if file is not None and not file.exists():
        raise SettingsError(f"{file}: there is no such file")

    class FromFile(Settings):
        model_config = SettingsConfigDict(
            frozen=True, extra="forbid", env_prefix="DOORSTEP_", toml_file=chosen
        )

    try:
        return FromFile()
    except ValidationError as error:
        told = [
            f"{chosen}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError("\n".join(told)) from error
    except ValueError as error:  # not TOML
        raise SettingsError(f"{chosen}: {error}") from error
