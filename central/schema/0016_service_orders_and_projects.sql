-- 代办员: who does things for citizens and companies, where and what
CREATE TABLE agents (
    agent_id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    account TEXT NOT NULL,
    post TEXT NOT NULL,
    unit TEXT NOT NULL,
    phone TEXT NOT NULL,
    areas TEXT NOT NULL,
    items TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    ended_at TEXT
);

-- service orders (代办, 延时, 上门) as terminals send them, and what becomes of each
CREATE TABLE service_orders (
    order_id TEXT PRIMARY KEY,
    envelope_id TEXT NOT NULL UNIQUE REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    wish TEXT NOT NULL,
    item TEXT NOT NULL,
    item_title TEXT NOT NULL,
    reason TEXT NOT NULL,
    day TEXT NOT NULL,
    slot TEXT NOT NULL,
    area TEXT NOT NULL,
    area_name TEXT NOT NULL,
    bring TEXT NOT NULL,
    consent TEXT NOT NULL,
    named BIGINT NOT NULL,
    masked_contact TEXT NOT NULL,
    language TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    told TEXT NOT NULL,
    done_at TEXT,
    changed_at TEXT NOT NULL
);
CREATE INDEX service_orders_number ON service_orders (number);
CREATE INDEX service_orders_day ON service_orders (day);
CREATE INDEX service_orders_open ON service_orders (due_at) WHERE done_at IS NULL;
CREATE INDEX service_orders_changed ON service_orders (changed_at);
CREATE INDEX service_orders_agent ON service_orders (agent_id);

CREATE TABLE service_order_steps (
    id COUNTER,
    order_id TEXT NOT NULL REFERENCES service_orders (order_id),
    what TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX service_order_steps_of ON service_order_steps (order_id);

-- whose an order is: a keyed hash, as of cases
CREATE TABLE service_order_people (
    order_id TEXT PRIMARY KEY REFERENCES service_orders (order_id),
    person TEXT NOT NULL,
    key_id TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX service_order_people_person ON service_order_people (person);

-- a company's project: approvals that belong together, in stages
CREATE TABLE projects (
    project_id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    changed_at TEXT NOT NULL
);
CREATE INDEX projects_changed ON projects (changed_at);

CREATE TABLE project_parts (
    id COUNTER,
    project_id TEXT NOT NULL REFERENCES projects (project_id),
    stage BIGINT NOT NULL,
    kind TEXT NOT NULL,
    of_id TEXT NOT NULL,
    item TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (project_id, kind, of_id, item)
);
CREATE INDEX project_parts_of ON project_parts (of_id);
