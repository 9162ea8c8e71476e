"""`make demo`: plays the reports of fixtures/demo.toml through a running Firstline, over real SMTP."""
