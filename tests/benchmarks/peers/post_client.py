"""One POST for each case over a connection that is kept, as most terminals do it."""

import json
import sys
import time
from pathlib import Path

import requests

TIMEOUT = (60.0, 300.0)  # seconds; as programs have it that were tried on a slow line
AGAIN_AFTER = 2.0


def main() -> int:
    """Arguments: server, folder."""
    with requests.Session() as session:
        session.trust_env = False
        for case in sorted(Path(sys.argv[2]).iterdir()):
            while not _sent(session, sys.argv[1], case):
                time.sleep(AGAIN_AFTER)
    print(json.dumps({"done": time.monotonic()}))
    return 0


def _sent(session: requests.Session, url: str, case: Path) -> bool:
    """Whole or not at all."""
    form = (case / "form.json").read_bytes()
    pages = sorted(case.glob("*.jpg"))
    try:
        if pages:
            files = [("page", (one.name, one.read_bytes(), "image/jpeg")) for one in pages]
            files.append(("case", ("form.json", form, "application/json")))
            answer = session.post(url, files=files, timeout=TIMEOUT)
        else:
            headers = {"Content-Type": "application/json"}
            answer = session.post(url, data=form, headers=headers, timeout=TIMEOUT)
    except requests.RequestException:
        return False
    return answer.ok


if __name__ == "__main__":
    sys.exit(main())
