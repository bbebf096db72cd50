"""The real and emulated other sides that the tests and the journey talk to."""
