"""Pages of the back office about the month and about what runs, beside the report itself."""
