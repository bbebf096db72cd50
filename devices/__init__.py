"""One folder for each kind of device: its contract, its drivers, its simulator."""
