"""Measurements of what residents and staff wait for, each against a peer in the same run."""
