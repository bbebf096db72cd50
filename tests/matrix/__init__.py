"""Kills, power cuts and bad lines in numbers, to see whether a case that is "safe" stays safe."""
