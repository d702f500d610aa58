"""The pictures of the docs: the finder, the month on screen, the month on paper and as a workbook."""
