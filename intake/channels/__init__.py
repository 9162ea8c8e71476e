"""One file a channel; each makes a report durable before it answers."""
