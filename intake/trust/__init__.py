"""Whether a mail comes from where it says: SPF, DKIM, DMARC, or the word of the relay in front."""
