"""银行对账: every line of the bank and every entry of the books ends matched, explained, or on somebody's list."""
