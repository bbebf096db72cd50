"""Reads print on photographed papers without a network, where its models are installed."""
