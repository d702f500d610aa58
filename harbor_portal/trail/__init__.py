"""What changed: one page over the histories of all that people edit, and the way back from a change."""
