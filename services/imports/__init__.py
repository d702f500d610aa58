"""Lists of visits, such as paper ledgers typed into a sheet: compared with the ledger, and entered as lines of it."""
