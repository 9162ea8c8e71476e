"""The way of each report as an OpenTelemetry trace; optional, and without any cost where it is off."""
