"""From the text of a report to its fault level and its category, with the words that decided it."""
