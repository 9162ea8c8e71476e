"""The staff's pages: server-rendered, live by server-sent events."""
