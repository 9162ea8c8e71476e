"""How reports come in: channels, the parsing of mail, and the filters that say what a mail is."""
