"""The hotline's menu: what a caller is asked, and what becomes of his answers. Pure: nothing here reads or writes."""
