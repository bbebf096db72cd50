"""Loads, checks and searches the service items."""
