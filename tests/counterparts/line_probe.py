"""Two small programs that measure a line from inside: one takes bytes, one sends them."""

import json
import socket
import sys
import time

from tests.counterparts.village_line import GATEWAY

PORT = 9000
PATIENCE = 60.0


def take() -> int:
    """Takes connections one after the other and says one byte when each has been read whole."""
    with socket.create_server((GATEWAY, PORT)) as opened:
        print("ready", flush=True)  # noqa: T201 - spoken to whoever started this
        while True:
            peer, _ = opened.accept()
            with peer:
                while peer.recv(1 << 16):
                    pass
                peer.sendall(b".")


def send(size: int) -> int:
    """Sends so many bytes; says in JSON how long connecting and all of it took."""
    begun = time.monotonic()
    with socket.create_connection((GATEWAY, PORT), timeout=PATIENCE) as peer:
        connected = time.monotonic() - begun
        peer.sendall(bytes(size))
        peer.shutdown(socket.SHUT_WR)
        peer.recv(1)
    seconds = time.monotonic() - begun
    print(json.dumps({"connect": connected, "seconds": seconds}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(take() if sys.argv[1] == "take" else send(int(sys.argv[2])))
