"""What `kiosk setup` has to be told, as one frozen value read from a TOML file."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.catalog.divisions import jilin
from kiosk.domain.mode import Mode
from kiosk.settings import ComfortSettings, DeviceSettings


class AnswersError(Exception):
    """The answers cannot be used; the text says which and why, in plain words."""


class SetupSite(BaseModel):
    """Where the terminal will stand. `code`: 12 digits, down to the village."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^\d{12}$")
    name: str = Field(min_length=2, max_length=60)
    terminal: str = Field(default="01", pattern=r"^\d{2}$")
    phone: str = ""


class SetupGateway(BaseModel):
    """The way to the province. `code`: of `kiosk gateway code`; "" when it is enrolled already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://\S+$")
    code: str = Field(default="", repr=False)
    ca_file: Path | None = None


class SetupAnswers(BaseModel):
    """All of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: SetupSite
    gateway: SetupGateway
    mode: Mode = Mode.SELF_SERVICE
    devices: DeviceSettings = DeviceSettings()
    comfort: ComfortSettings = ComfortSettings()


def read_answers(file: Path) -> SetupAnswers:
    """Raises AnswersError, also for a place that is not in the province."""
    try:
        answers = SetupAnswers.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        told = [
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise AnswersError("\n".join(told)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AnswersError(f"{file}: {error}") from error
    if not jilin().words(answers.site.code):
        raise AnswersError(f"site.code: 吉林省没有编码以 {answers.site.code[:6]} 开头的地方")
    return answers
