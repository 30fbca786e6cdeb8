"""Annual interest as business: terms from the policy book, trial run, release by two people, the batch, statements."""
