"""The stages of the pipeline. Each takes a batch of drafts and says more about them; none commits."""
