"""The runtime: command line, broker, runner, timers, delivery. The only place that knows Dramatiq."""
