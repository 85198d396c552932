-- What happened stands in tables, and is only ever added to: a due date is worked out when it is asked for.

CREATE TABLE policies (
    name text PRIMARY KEY,
    document jsonb NOT NULL                 -- what `policy.to_json()` writes
);

CREATE TABLE tickets (
    id text PRIMARY KEY,
    kind text NOT NULL,
    priority text,                          -- that it opened with: `changes` has the later ones
    opened timestamptz NOT NULL,
    responded timestamptz,
    resolved timestamptz,                   -- the last resolution: `reopenings` has those before it
    cancelled timestamptz,
    edited timestamptz NOT NULL             -- when something was last written about it
);

CREATE TABLE pauses (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket text NOT NULL REFERENCES tickets,
    start timestamptz NOT NULL,
    "end" timestamptz,                      -- none: it still waits
    reason text NOT NULL
);
CREATE INDEX ON pauses (ticket);

CREATE TABLE changes (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket text NOT NULL REFERENCES tickets,
    at timestamptz NOT NULL,
    field text NOT NULL,
    "to" text
);
CREATE INDEX ON changes (ticket);

CREATE TABLE reopenings (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket text NOT NULL REFERENCES tickets,
    resolved timestamptz NOT NULL,
    reopened timestamptz NOT NULL
);
CREATE INDEX ON reopenings (ticket);

-- A row has all of a ticket, under the names that slaclock gives it: `sc.Ticket.model_validate(row)`.
CREATE VIEW whole_tickets AS
SELECT
    id, kind, priority, opened, responded, resolved, cancelled,
    (SELECT coalesce(json_agg(json_build_object('start', start, 'end', "end", 'reason', reason) ORDER BY number), '[]')
        FROM pauses WHERE ticket = id) AS pauses,
    (SELECT coalesce(json_agg(json_build_object('at', at, 'field', field, 'to', "to") ORDER BY number), '[]')
        FROM changes WHERE ticket = id) AS changes,
    (SELECT coalesce(json_agg(json_build_object('resolved', r.resolved, 'reopened', r.reopened) ORDER BY number), '[]')
        FROM reopenings r WHERE ticket = id) AS reopenings
FROM tickets;

-- One row: until when turns have been told. Edits hold it as readers, and a round of `wake` as its one writer.
CREATE TABLE told (until timestamptz NOT NULL);
INSERT INTO told VALUES (now());
