"""The catalogues that `manage.py seed_catalogues` reads, and the script that made the divisions."""
