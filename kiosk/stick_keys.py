"""What the settings say about the keys of the gateway: who seals for it, whose answers count."""

import logging
from typing import Final

from kiosk.domain.letters import Seal
from kiosk.settings import Settings
from sync.evaluation_seal import EvaluationSeal
from sync.gateway_key import GatewayKey
from sync.stick_export import Sender

log = logging.getLogger(__name__)

KEY_BYTES: Final = 32  # X25519


class NotEnrolled(Exception):
    """The gateway's keys for it are missing or wrong; the text says which, for the console."""


def sender_of(settings: Settings) -> Sender:
    """This terminal as the writer of a stick. Raises NotEnrolled."""
    try:
        key = bytes.fromhex(settings.gateway.sealing_key)
        if len(key) != KEY_BYTES:
            raise ValueError
        if settings.gateway.token_file is None:
            raise FileNotFoundError
        token = settings.gateway.token_file.read_text("ascii").strip()
    except (ValueError, OSError):
        raise NotEnrolled("设置中缺少 gateway.sealing_key 或令牌文件（网关登记时给出）。") from None
    return Sender(terminal_id=settings.gateway.terminal_id, token=token, sealing_key=key)


def gateway_key_of(settings: Settings) -> GatewayKey:
    """The key that the gateway's answers are signed with. Raises NotEnrolled."""
    try:
        return GatewayKey(bytes.fromhex(settings.gateway.public_key))
    except ValueError:
        raise NotEnrolled("设置中缺少 gateway.public_key（网关登记时给出）。") from None


def seal_of(settings: Settings) -> Seal | None:
    """Closes evaluations 好差评 for the gateway.

    None without its key: then nobody is asked, since what they said would lie readable here.
    """
    try:
        return EvaluationSeal(bytes.fromhex(settings.gateway.sealing_key))
    except ValueError:
        log.info("no evaluations: gateway.sealing_key is not in the settings")
        return None
