"""A terminal makes its key, the gateway vouches for it once; then slips carry a proof."""

from datetime import UTC, datetime

import pytest

from offline_store.sqlcipher_store import SqlCipherStore
from sync.gateway_key import GatewayKey
from sync.heartbeat import FIRST_AFTER, Heartbeat
from sync.proof_code import check_code, said_of
from sync.puller import Puller
from sync.slip_key import OWN_SWITCH, SlipKey
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, Village

SAID = said_of(NOON, item="居住证明", person="测**")


def tell_and_hear(village: Village) -> None:
    beat = Heartbeat(village.store, village.client, program="d", clock=lambda: NOON)
    beat.beat(NOON)
    beat.beat(NOON + FIRST_AFTER)
    puller = Puller(village.store, village.client, listener=village.heard)
    while puller.pull(datetime.now(UTC)).more:
        pass


def test_without_the_gateways_word_there_is_no_proof(store: SqlCipherStore) -> None:
    key = SlipKey(store)
    assert key.signer() is None
    assert key.public() == key.public()
    assert key.signer() is None


def test_the_gateway_vouches_and_the_slip_is_proved(village: Village) -> None:
    tell_and_hear(village)
    signer = SlipKey(village.store).signer()
    assert signer is not None
    code = signer.code("DS1/", "123", SAID)
    gateway = GatewayKey(village.gateway.public_key)
    assert check_code(code, lead="DS1/", gateway=gateway).terminal_id == TERMINAL_ID


def test_it_vouches_once_for_each_key(village: Village) -> None:
    tell_and_hear(village)
    before = village.store.cursor()
    tell_and_hear(village)
    assert village.store.cursor() == before
    own = SlipKey(village.store).public()
    assert village.gateway.office.vouching.key_of(TERMINAL_ID) == own


@pytest.mark.logs_expected
def test_a_store_that_was_wiped_gets_a_new_word(village: Village) -> None:
    tell_and_hear(village)
    village.store.set_switch(OWN_SWITCH, "11" * 32)
    assert SlipKey(village.store).signer() is None  # the word is about the key of before
    tell_and_hear(village)
    assert SlipKey(village.store).signer() is not None
