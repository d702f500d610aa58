"""The pages of `services`."""
