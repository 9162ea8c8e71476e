"""The runtime: command line, broker, runner, sweeper, delivery. The only place that knows Dramatiq."""
