"""Every fault a resident or a staff member can meet, one short code each."""

from enum import StrEnum, unique


@unique
class Fault(StrEnum):
    """The value is the code shown on the screen; it is also the key of its words in ui/texts."""

    READER_GONE = "R01"  # no card reader, or its service is not running
    CARD_REMOVED = "R02"  # lifted too early
    CARD_UNREADABLE = "R03"  # the card answered, but not with what a card must answer
    CARD_EXPIRED = "R04"
    CARD_KIND_UNKNOWN = "R05"  # not an identity card, or a layout we do not know
    CARD_NEEDS_AUTHORISED_READER = "R06"  # third-generation social security card without PSAM
    READER_DEFECT = "R07"  # the reader's security module reports a defect of its own
    CARD_OF_ANOTHER = "R08"  # not the card with which the draft was begun
    CARD_ALREADY_READ = "R09"  # of the same person, where another one's card is asked for
    CAMERA_GONE = "C01"
    CAMERA_DARK = "C02"  # the camera is there but gives no picture
    CAMERA_FROZEN = "C03"  # it gives one and the same picture again and again
    SCANNER_GONE = "B01"
    RECEIPT_PRINTER_GONE = "P01"
    RECEIPT_PAPER_OUT = "P02"
    RECEIPT_COVER_OPEN = "P03"
    RECEIPT_UNCERTAIN = "P04"  # sent, but the printer did not say that it came out
    RECEIPT_UNPRINTABLE = "P05"  # a character that no font here has
    PAGE_PRINTER_GONE = "P11"
    PAGE_MEDIA_EMPTY = "P12"
    PAGE_COVER_OPEN = "P13"
    PAGE_JAM = "P14"
    PAGE_TONER_EMPTY = "P15"
    PAGE_UNCERTAIN = "P16"  # CUPS calls the job completed, the printer itself does not
    PAGE_JOB_REFUSED = "P17"  # cancelled or aborted by the print system
    PAGE_WRONG_PRINTER = "P18"  # another printer answers at this one's address
    PAGE_PAUSED = "P19"  # somebody stopped the queue or the printer
    PAGE_STALLED = "P20"  # it says that it prints, but nothing moves
    PRINT_SERVICE_UNFIT = "P21"  # it may hand a paper over twice, or keep it: no counted ones
    PAPER_SPENT = "P31"  # every paper that the office allows is out, or may be
    PAPER_GONE = "P32"  # the document is no longer here, or is not what was issued
    GATEWAY_UNREACHABLE = "N01"  # no answer
    GATEWAY_REFUSED = "N02"  # an answer, and the answer is no
    GATEWAY_FOREIGN = "N03"  # something answered that is not our gateway (captive portal)
    GATEWAY_CERTIFICATE_EXPIRED = "N04"  # and this machine's clock is right
    CLOCK_WRONG = "N05"  # so that certificates look expired
    PROXY_IN_BETWEEN = "N06"  # a server in front of the gateway answered in its place
    ANSWER_CUT_OFF = "N07"  # it broke off in the middle
    GATEWAY_BUSY = "N08"  # our gateway asked us to come later
    NETWORK_DOWN = "N09"  # this machine has no way out: cable, address, names
    GATEWAY_DOWN = "N10"  # its machine answers, but the gateway there does not work
    GATEWAY_CERTIFICATE_UNTRUSTED = "N11"  # not from an authority that we trust, or another name
    STICK_GONE = "U01"  # no USB stick, or it was pulled out in the middle
    STICK_UNUSABLE = "U02"  # it is there, but does not read or write
    STICK_FULL = "U03"
    STICK_NOT_ENROLLED = "U04"  # the gateway's keys for it are missing in the settings
    STORE_FULL = "S01"
    STORE_DAMAGED = "S02"
    STORE_KEY_WRONG = "S03"
    STORE_TOO_NEW = "S04"  # written by a newer version of this program
    STORE_BUSY = "S05"  # another process holds it
    TOO_MANY_UNSENT = "S06"  # the terminal takes in no more before it has sent some
    # The disk takes no writes (Linux does that to a disk with errors), or none of this account.
    STORE_READ_ONLY = "S07"
    BATTERY_EMPTY = "E01"  # of a portable: too little for a whole case
    CATALOG_UNREADABLE = "K01"
    CATALOG_TOO_OLD = "K02"  # too long without anybody who says that it is current
    PROGRAM_DEFECT = "X01"  # our own mistake; the visit ends, the terminal goes on
