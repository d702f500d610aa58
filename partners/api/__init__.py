"""The public API of partners, programmes and special stations."""
