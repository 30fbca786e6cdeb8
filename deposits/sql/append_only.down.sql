DROP TRIGGER remittance_line_written_once ON deposits_remittanceline;
DROP TRIGGER remittance_line_has_head ON deposits_remittanceline;
DROP FUNCTION deposits_line_has_its_head();
DROP TRIGGER remittance_never_deleted ON deposits_remittance;
DROP TRIGGER receipt_written_once ON deposits_receipt;
