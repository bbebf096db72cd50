"""Passports and travel permits with a machine-readable zone and a chip (ICAO Doc 9303)."""
