"""The centre's money: post, reverse, hold, release. Knows nothing else of accounts."""
