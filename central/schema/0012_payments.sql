-- Orders of the payment gateway: one row an order, moved forward only; every step is kept.
CREATE TABLE orders (
    order_id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    title TEXT NOT NULL,
    case_id TEXT NOT NULL,
    bill TEXT NOT NULL,
    asked TEXT NOT NULL,
    person TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    lines TEXT NOT NULL,
    state TEXT NOT NULL,
    gives_up BIGINT NOT NULL,
    pay_url TEXT NOT NULL,
    pay_until TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    paid_at TEXT,
    receipt_number TEXT UNIQUE,
    claimed_by TEXT,
    claimed_at TEXT,
    given_at TEXT,
    refund_why TEXT NOT NULL,
    refunded_at TEXT
);
CREATE INDEX orders_open ON orders (changed_at) WHERE state IN ('opening', 'waiting', 'refunding');
CREATE INDEX orders_owed ON orders (paid_at) WHERE state = 'paid' AND given_at IS NULL;
CREATE INDEX orders_of_case ON orders (case_id);
CREATE INDEX orders_person ON orders (person);
CREATE INDEX orders_opened ON orders (opened_at);

CREATE TABLE order_steps (
    id COUNTER,
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    what TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX order_steps_of ON order_steps (order_id);

-- numbers of electronic receipts: from one locked row, so that none is given twice and none is left out
CREATE TABLE receipt_head (
    id BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO receipt_head (id, last) VALUES (1, 0);
