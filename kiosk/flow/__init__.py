"""One visit as a straight line of steps. No Qt, no drivers, no network."""
