"""The table of everything that may be asked of the gateway: routes and description come from it."""

from typing import Any, Final

from sync import batch, wire
from sync.gateway.operation import (
    Body,
    Content,
    Header,
    Operation,
    Parameter,
    Place,
    Reply,
    Who,
    refusal,
)
from sync.gateway.page_door import BODY_LIMIT
from sync.pieces import LARGEST_PAGE, PIECES, Kept
from sync.stick_format import BUNDLE_LIMIT

HEARTBEAT_LIMIT: Final = 64 * 1024  # bytes
LONGEST_CURSOR: Final = 1000  # characters; ours have 30
LONGEST_ID: Final = 200  # characters, as wire.Word

_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_OFFSET: Final = Header("Bytes from the beginning that the gateway safely has.", _COUNT)


def _sha256(words: str) -> Parameter:
    return Parameter(name="sha256", place=Place.PATH, words=words, form=_HASH, required=True)


def _query(name: str, words: str, form: dict[str, Any]) -> Parameter:
    return Parameter(name=name, place=Place.QUERY, words=words, form=form)


def _upload(largest: int) -> tuple[Parameter, ...]:
    """draft-ietf-httpbis-resumable-upload in its plain form, without 104."""
    size = {"type": "integer", "minimum": 1, "maximum": largest}
    done = {"type": "string", "enum": ["?0", "?1"]}
    return (
        Parameter(
            name=wire.UPLOAD_OFFSET,
            place=Place.HEADER,
            words="Where the body belongs.",
            form=_COUNT | {"maximum": largest},
            required=True,
        ),
        Parameter(
            name=wire.UPLOAD_LENGTH,
            place=Place.HEADER,
            words="How long the whole is.",
            form=size,
            required=True,
        ),
        Parameter(
            name=wire.UPLOAD_COMPLETE,
            place=Place.HEADER,
            words='"?1" when this request brings the end.',
            form=done,
        ),
    )


_OTHER_OFFSET: Final = refusal("Go on at the offset given.", {wire.UPLOAD_OFFSET: _OFFSET})
_BYTES: Final = Content(media_type=wire.BYTES, words="The bytes as they are.")

CASES: Final = Operation(
    name="send_cases",
    is_rationed=True,
    method="POST",
    path="/v1/cases",
    summary="Many cases 办件 in one request, each with an answer of its own.",
    words=(
        "Sending the same text again is answered the same. Another text under an id that is known"
        " is kept beside the first and not taken."
    ),
    parameters=(
        Parameter(
            name=wire.FINGERPRINT_HEADER,
            place=Place.HEADER,
            words="SHA-256 of what is in the frame.",
            form=_HASH,
            required=True,
        ),
    ),
    body=Body(
        content=Content(
            media_type=batch.BATCH,
            form=batch.Cases,
            words=(
                "One Zstandard frame (RFC 8878), with or without one of our dictionaries, or one"
                " bzip2 stream, of the JSON of Cases: at most"
                f" {batch.MOST_CASES} texts, each a CaseText, and {batch.UNPACKED_LIMIT} bytes."
            ),
        ),
        limit=batch.PACKED_LIMIT,
        is_strict=True,
    ),
    replies={
        200: Reply(
            words="One answer for each text, in their order.",
            content=Content(
                media_type=batch.BATCH,
                form=batch.Replies,
                words="One Zstandard frame (RFC 8878) of the JSON of Replies.",
            ),
        ),
        400: refusal("Not a frame, not cases, or changed on the way. Nothing was kept."),
        415: refusal(
            "Another form, or a dictionary that is not known here.",
            {
                batch.DICTIONARIES_HEADER: Header(
                    "Numbers of the known ones, with commas.", is_always_there=False
                )
            },
        ),
    },
)
CASE: Final = Operation(
    name="send_case",
    is_rationed=True,
    method="PUT",
    path="/v1/cases/{case_id}",
    summary="One case 办件 as plain JSON, for simple clients.",
    words="The same as send_cases with one text.",
    parameters=(
        Parameter(
            name="case_id",
            place=Place.PATH,
            words="The case_id of the text, a UUIDv7.",
            form={"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
            required=True,
        ),
        Parameter(
            name=wire.FINGERPRINT_HEADER,
            place=Place.HEADER,
            words="SHA-256 of the body, to notice what changed on the way.",
            form=_HASH,
        ),
    ),
    body=Body(content=Content(media_type=wire.JSON, form=wire.CaseText), limit=wire.TEXT_LIMIT),
    replies={
        200: Reply(
            words="All of it is on the gateway's disk.",
            content=Content(media_type=wire.JSON, form=wire.Received),
        ),
        202: Reply(
            words="The text is; these pages are still to come.",
            content=Content(media_type=wire.JSON, form=wire.Wanted),
        ),
        400: refusal("The text changed on its way."),
        409: refusal("Another text is kept under this id. Both are."),
        422: refusal("Not taken as it is; the reasons name the fields."),
        429: refusal(
            "This terminal asks too much at once; or, with the type not-now, the text is of a newer"
            " terminal, or its item has no official number left today. Keep it.",
            {"Retry-After": Header("Seconds to stay away.", {"type": "integer", "minimum": 0})},
        ),
    },
)
PAGES: Final = Operation(
    name="send_pages",
    is_rationed=True,
    method="POST",
    path="/v1/pages",
    summary="Pieces of many pages, then how these cases stand.",
    words=(
        "What arrived is kept even when the line breaks. Pages that no case of this terminal lists"
        " are not kept."
    ),
    parameters=(
        Parameter(
            name=wire.RATE_HEADER,
            place=Place.HEADER,
            words=(
                "Bytes a second that the terminal's line carries, 0 when it does not know: a hint"
                " for a proxy in front."
            ),
            form={"type": "string"},
        ),
    ),
    body=Body(
        content=Content(
            media_type=PIECES,
            words=(
                "u32 length and JSON of Asked, then pieces: each SHA-256 of the page (32 bytes),"
                " u32 size of the page, u32 offset, u32 length, u32 CRC-32 of the bytes, and the"
                " bytes. Numbers are big-endian."
            ),
        ),
        limit=BODY_LIMIT,
        is_strict=True,
    ),
    replies={
        200: Reply(
            words="What the gateway has now.", content=Content(media_type=wire.JSON, form=Kept)
        ),
        400: refusal("Not pieces, or one of them changed on the way; those before it are kept."),
    },
)
PAGE: Final = Operation(
    name="send_page",
    is_rationed=True,
    method="PUT",
    path="/v1/pages/{sha256}",
    summary="One page from an offset on, for simple clients.",
    parameters=(_sha256("The name of the page."), *_upload(LARGEST_PAGE)),
    body=Body(content=_BYTES, limit=LARGEST_PAGE),
    replies={
        201: Reply(words="The page is whole and on the disk."),
        204: Reply(words="This part is.", headers={wire.UPLOAD_OFFSET: _OFFSET}),
        400: refusal("The numbers are missing or wrong, or do not fit the bytes."),
        404: refusal("No case of this terminal lists this page."),
        409: _OTHER_OFFSET,
    },
)
BUNDLE: Final = Operation(
    name="send_bundle",
    is_rationed=True,
    method="PUT",
    path="/v1/bundles/{sha256}",
    summary="The sealed case of another terminal, from an offset on.",
    words="Ask first with nothing, the offset at the end: the gateway names the place to go on.",
    parameters=(_sha256("The name of the bundle."), *_upload(BUNDLE_LIMIT)),
    body=Body(content=_BYTES, limit=BUNDLE_LIMIT, is_large=True),
    replies={
        200: Reply(
            words="The signed answer to the case's own terminal.",
            content=Content(media_type=wire.JSON, form=wire.Signed),
        ),
        400: refusal("The numbers are missing or wrong, or do not fit the bytes."),
        409: _OTHER_OFFSET,
        422: refusal("It cannot be opened here. Nothing of it was kept."),
    },
)
CHANGES: Final = Operation(
    name="get_changes",
    method="GET",
    path="/v1/changes",
    summary="What is new for this terminal since its cursor.",
    words="Steps of cases, notices, home visits, configuration, and the catalogue in force.",
    parameters=(
        _query(
            "since",
            'The cursor of the last answer; "" or one of another database begins anew.',
            {"type": "string", "maxLength": LONGEST_CURSOR},
        ),
        _query(
            "catalog",
            'SHA-256 of the catalogue\'s file that the terminal has, or "".',
            {"type": "string", "pattern": "^([0-9a-f]{64})?$"},
        ),
    ),
    replies={
        200: Reply(
            words="One page of news.",
            content=Content(media_type=wire.JSON, form=wire.ChangesPage),
        ),
        400: refusal("A parameter is wrong; the reasons name it."),
    },
)
DOCUMENT: Final = Operation(
    name="get_document",
    method="GET",
    path="/v1/documents/{sha256}",
    summary="An issued document of this terminal's cases, or a catalogue's transfer.",
    parameters=(
        _sha256("The name of the document."),
        Parameter(
            name="Range",
            place=Place.HEADER,
            words='Only "bytes=N-" is understood; every other is left aside.',
            form={"type": "string"},
        ),
    ),
    replies={
        200: Reply(words="All of it.", content=_BYTES),
        206: Reply(
            words="From there on.",
            content=_BYTES,
            headers={"Content-Range": Header("Which bytes of how many.")},
        ),
        404: refusal("No such document of this terminal."),
        416: refusal(
            "There is nothing from there on.", {"Content-Range": Header("How many there are.")}
        ),
    },
)
HEARTBEAT: Final = Operation(
    name="send_heartbeat",
    method="POST",
    path="/v1/heartbeat",
    summary="How this terminal is; only the newest word is kept.",
    body=Body(content=Content(media_type=wire.JSON, form=wire.Heartbeat), limit=HEARTBEAT_LIMIT),
    replies={
        204: Reply(words="Kept."),
        422: refusal("Not a heartbeat; the reasons name the field."),
    },
)
TIME: Final = Operation(
    name="get_time",
    method="GET",
    path="/v1/time",
    summary="The gateway's clock; with a token also whether it still holds.",
    who=Who.EITHER,
    replies={
        200: Reply(words="Its time.", content=Content(media_type=wire.JSON, form=wire.ServerTime)),
    },
)
OPERATIONS: Final = (CASES, CASE, PAGES, PAGE, BUNDLE, CHANGES, DOCUMENT, HEARTBEAT, TIME)
