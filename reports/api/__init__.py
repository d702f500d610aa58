"""The API of reports: the same figures as on the page and in the files."""
