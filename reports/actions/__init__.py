"""What reports are made to do, by topic."""
