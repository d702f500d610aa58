"""The pages of `stations` inside the back office."""
