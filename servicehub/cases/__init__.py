"""Cases (办件): head, submissions, decisions, clocks, claims (what is in flight), drafts."""
