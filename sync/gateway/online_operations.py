"""The part of the table of operations that serves people who stand at a terminal just now."""

from typing import Any, Final

from sync import wire
from sync.gateway.operation import Body, Content, Operation, Parameter, Place, Reply, refusal
from sync.gateway.operations import LONGEST_ID
from sync.online import HANDOVER_ID, HANDOVER_LIMIT, PaymentOrder

_SEALED: Final = Content(media_type=wire.BYTES, words="Sealed; the key is in the QR code alone.")


def _path(name: str, words: str, form: dict[str, Any]) -> Parameter:
    return Parameter(name=name, place=Place.PATH, words=words, form=form, required=True)


_ID: Final = _path(
    "handover_id", "The hand-over.", {"type": "string", "pattern": f"^{HANDOVER_ID}$"}
)
PAYMENT: Final = Operation(
    name="get_payment",
    method="GET",
    path="/v1/cases/{case_id}/payment",
    summary="What is to be paid for a case 缴费, with a code for a telephone, and whether it was.",
    words="The same order until it is paid; a code that ran out is replaced by another.",
    parameters=(_path("case_id", "The case.", {"type": "string", "maxLength": LONGEST_ID}),),
    replies={
        200: Reply(words="The order.", content=Content(media_type=wire.JSON, form=PaymentOrder)),
        404: refusal("Nothing is to be paid for such a case of this terminal."),
    },
)
HAND_OVER: Final = Operation(
    name="hand_over",
    method="PUT",
    path="/v1/handovers/{handover_id}",
    summary="A form that goes on elsewhere 线上线下接续, for half an hour and one taker.",
    words="Sending the same again is answered the same.",
    parameters=(_ID,),
    body=Body(content=_SEALED, limit=HANDOVER_LIMIT),
    replies={
        204: Reply(words="It is kept."),
        400: refusal("There is nothing in it."),
        409: refusal("Other bytes are kept under this id."),
    },
)
TAKE_OVER: Final = Operation(
    name="take_over",
    method="GET",
    path="/v1/handovers/{handover_id}/form",
    summary="A form that was begun elsewhere.",
    words="Whoever asks first gets it, and may ask again; nobody else does.",
    parameters=(_ID,),
    replies={
        200: Reply(words="The form.", content=_SEALED),
        404: refusal("There is none any more, or somebody else has taken it."),
    },
)
ONLINE: Final = (PAYMENT, HAND_OVER, TAKE_OVER)
