"""What people do with partners, programmes and plates: each writes in one transaction, with who and why."""
