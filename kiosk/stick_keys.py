"""What the settings say about carrying cases by hand: who writes, for whom, whose answers count."""

from typing import Final

from kiosk.settings import Settings
from sync.gateway_key import GatewayKey
from sync.stick_export import Sender

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
