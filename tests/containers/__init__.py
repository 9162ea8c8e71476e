"""Images and units run for real: `make containers`."""
