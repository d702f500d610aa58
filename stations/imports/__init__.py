"""Lists of stations as people send them: read, compared with what is there, and entered all or nothing."""
