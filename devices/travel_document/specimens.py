"""Machine-readable zones that demonstration and tests may use: no real person has them."""

from typing import Final

# Printed in ICAO Doc 9303 parts 4 and 5 (recalled): Anna Maria Eriksson of Utopia.
PASSPORT: Final = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
CARD: Final = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
# The same parts (recalled): a number of more than nine letters.
LONG_NUMBER_CARD: Final = (
    "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
)
# Invented.
CHINESE_PASSPORT: Final = (
    "P<CHNYANGBEN<<HUZHAO<<<<<<<<<<<<<<<<<<<<<<<<\nEA12345676CHN8105048F3308316<<<<<<<<<<<<<<02"
)
HMT_RESIDENT: Final = (
    "C<CHNH123456783<<<<<<<<<<<<<<<\n8105048M3308316CHN<<<<<<<<<<<8\nYANGBEN<<GANG<<<<<<<<<<<<<<<<<"
)
TO_HONG_KONG_MACAO: Final = (
    "CSCA00000015<3308316<8105048<0\nAAAABBBBCCCCYANGBEN<<TONGXING<\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"
)
EVERY_ZONE: Final = (
    PASSPORT,
    CARD,
    LONG_NUMBER_CARD,
    CHINESE_PASSPORT,
    HMT_RESIDENT,
    TO_HONG_KONG_MACAO,
)
