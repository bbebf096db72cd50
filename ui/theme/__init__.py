"""Colours, sizes and the one style sheet made from them."""
