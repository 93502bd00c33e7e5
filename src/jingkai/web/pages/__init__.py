"""Pages of org and ledger, which have no views of their own."""
