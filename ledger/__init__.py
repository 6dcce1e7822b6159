"""The book everyone writes in: tables' base, transaction, rejection, event log."""
