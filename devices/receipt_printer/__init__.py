"""Receipt printers and the layout of slips."""
