"""What joins all apps about personal data: the list of it, its erasure, and the change of keys."""
