"""The life of a case after it was opened: its clocks, its ladder, the people who are told, the letters."""
