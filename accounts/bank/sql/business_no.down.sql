DROP SEQUENCE accounts_business_no;
