"""The hotline put together: what the web and the pipeline need of it."""
