"""Takes cases by POST, JSON or multipart, and keeps every part as a file under its hash."""

import email.parser
import hashlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ANSWER = b'{"status":"ok","number":"22240126030500000001"}'


class Taking(BaseHTTPRequestHandler):
    """Answers when all of the request has been kept."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # the whole answer in one piece
    folder = Path()

    def do_POST(self) -> None:
        """One case."""
        size = int(self.headers["Content-Length"])
        body = self.rfile.read(size)
        if len(body) < size:
            return
        for part in _parts(self.headers["Content-Type"], body):
            (self.folder / hashlib.sha256(part).hexdigest()).write_bytes(part)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _parts(content_type: str, body: bytes) -> list[bytes]:
    if not content_type.startswith("multipart/"):
        return [body]
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser().parsebytes(head + body)
    return [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]


def main() -> int:
    """Arguments: host, port, folder."""
    Taking.folder = Path(sys.argv[3])
    with ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Taking) as server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
