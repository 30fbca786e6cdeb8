-- The bank's books. Amounts are whole fen.
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS account (
    no TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    bank TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('centre', 'customer')),
    balance INTEGER NOT NULL DEFAULT 0,
    opening INTEGER NOT NULL DEFAULT 0
);

-- One line of one account; a transaction writes two, one on each side.
CREATE TABLE IF NOT EXISTS line (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (no),
    host_no TEXT NOT NULL,
    host_date TEXT NOT NULL,
    host_time TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    balance INTEGER NOT NULL,
    counter_account TEXT NOT NULL,
    counter_name TEXT NOT NULL,
    summary TEXT NOT NULL,
    remark TEXT NOT NULL,
    reversal INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0  -- left out of statements by the statement_gap switch
);
CREATE INDEX IF NOT EXISTS line_account ON line (account, host_date, id);

-- One money movement asked for by the centre, or one made by a customer.
CREATE TABLE IF NOT EXISTS txn (
    business_no TEXT PRIMARY KEY,
    seq_no TEXT NOT NULL,
    code TEXT NOT NULL,
    content TEXT NOT NULL,
    status TEXT NOT NULL,  -- TxStatus
    polls_left INTEGER NOT NULL DEFAULT 0,  -- answers "processing" so many times more
    waits_for TEXT NOT NULL DEFAULT '',  -- '' | poll | clearing
    rtn_code TEXT NOT NULL DEFAULT '00000',
    rtn_message TEXT NOT NULL DEFAULT '',
    host_no TEXT NOT NULL DEFAULT '',
    host_date TEXT NOT NULL DEFAULT '',
    batch_no TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS txn_seq_no ON txn (seq_no);

CREATE TABLE IF NOT EXISTS batch_line (
    batch_no TEXT NOT NULL,
    no INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    rtn_code TEXT NOT NULL DEFAULT '',
    rtn_message TEXT NOT NULL DEFAULT '',
    host_no TEXT NOT NULL DEFAULT '',
    host_date TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (batch_no, no)
);

-- Things that happen on a later day of the bank.
CREATE TABLE IF NOT EXISTS later (id INTEGER PRIMARY KEY, due TEXT NOT NULL, kind TEXT NOT NULL, host_no TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS push (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    delay_s INTEGER NOT NULL DEFAULT 0,  -- counted by the pusher from the moment it first sees the row
    attempts INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    answer TEXT NOT NULL DEFAULT ''
);

CREATE TABLE IF NOT EXISTS fault (name TEXT PRIMARY KEY, times INTEGER NOT NULL, value TEXT NOT NULL DEFAULT '');
