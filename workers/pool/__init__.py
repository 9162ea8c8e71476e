"""Reports are worked on by processes of their own beside `firstline up`: Python runs one thread of a process at a time,
and whoever sends a mail or opens a page need not wait for those that read and classify."""
