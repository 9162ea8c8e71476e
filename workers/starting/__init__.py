"""How each part of a process is started: a module each, so that a process imports what its parts need and no more."""
