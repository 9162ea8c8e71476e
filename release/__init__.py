"""What is done to give a version out: man pages, bill of materials, the files of `make dist`."""
