"""The write layer of `services`: every change of a day or of the ledger goes through here."""
