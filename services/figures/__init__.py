"""Figures of what happened, each a link to exactly its rows: `counting` adds up, the other modules say what of."""
