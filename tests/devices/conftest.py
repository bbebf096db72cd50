"""Keeps every PC/SC call of the tests away from a card service of this machine."""

from tests.counterparts.pcsc_card import use_private_service

# The client library remembers its first socket, so this comes before any test runs.
use_private_service()
