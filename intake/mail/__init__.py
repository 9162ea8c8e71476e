"""Bytes in, a parsed mail out. Pure, and never raises on a mail, however broken."""
