"""What spaCy is taught for this product: a tokenizer and the features of a report."""
