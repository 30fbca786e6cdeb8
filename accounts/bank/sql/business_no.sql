-- Serial part of business numbers (ZF + date + serial). A sequence never gives a number twice; gaps are fine: the
-- number only has to be ours and unique.
CREATE SEQUENCE accounts_business_no;
