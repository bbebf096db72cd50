"""From the outbox to the gateway, and from the gateway to the store."""
