"""Tells what is wrong with the line in words that help: each error of the network its own fault."""

import errno
import http.client
import ssl
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from urllib3 import exceptions as urllib3

from kiosk.domain.fault import Fault

# OpenSSL, x509_vfy.h: X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED.
NOT_YET_VALID, EXPIRED = 9, 10
MOST_SKEW: Final = 300.0  # seconds (reference/sync.md section 6, Clock: flagged beyond 5 min)
# This machine has no way out at all, as opposed to a gateway that does not answer.
NO_WAY_OUT: Final = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
)
# The gateway's side is ill, not this village's line: many terminals feel it at the same moment.
AT_THE_GATEWAY: Final = frozenset({Fault.GATEWAY_BUSY, Fault.GATEWAY_DOWN, Fault.PROXY_IN_BETWEEN})


def fault_of(error: BaseException) -> Fault:
    """The fault that this error of requests, urllib3, http.client or the socket shows.

    GATEWAY_CERTIFICATE_EXPIRED also when only the clock of this machine is wrong: see `clock_or`.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            dated = cause.verify_code in (NOT_YET_VALID, EXPIRED)
            return (
                Fault.GATEWAY_CERTIFICATE_EXPIRED if dated else Fault.GATEWAY_CERTIFICATE_UNTRUSTED
            )
    for kinds, fault in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return fault
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if numbers & NO_WAY_OUT:
        return Fault.NETWORK_DOWN
    return Fault.GATEWAY_DOWN if errno.ECONNREFUSED in numbers else Fault.GATEWAY_UNREACHABLE


def clock_or(fault: Fault, their_time: datetime | None, our_time: datetime) -> Fault:
    """CLOCK_WRONG in place of an expired certificate when the gateway's clock differs from ours."""
    if fault is not Fault.GATEWAY_CERTIFICATE_EXPIRED or their_time is None:
        return fault
    skew = abs((their_time - our_time).total_seconds())
    return Fault.CLOCK_WRONG if skew > MOST_SKEW else fault


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it came from, also what the libraries keep in their arguments."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


_KINDS: Final = (
    (urllib3.ProxyError, Fault.PROXY_IN_BETWEEN),
    (urllib3.NameResolutionError, Fault.NETWORK_DOWN),
    (ssl.SSLError, Fault.GATEWAY_FOREIGN),
    ((urllib3.IncompleteRead, http.client.IncompleteRead), Fault.ANSWER_CUT_OFF),
)
