"""The SQL of the journal's tables: step 1 creates them, and each later step brings them to the next version.

Invariants: a released step is never changed, and new steps are added at the end; a step preserves every
reading, seq and counter; the tables and columns of version 1 that the export reads stay as they are, so that
the export can read an older file without changing it.
"""

from __future__ import annotations

STEPS: tuple[str, ...] = (
    # 1: readings in packed segments, and their fates in runs.
    """
CREATE TABLE meta (
    secret  BLOB NOT NULL,          -- keys the fingerprints of token and server
    next_id INTEGER NOT NULL        -- the next reading's number over the whole journal
);
CREATE TABLE device (
    device INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE
);
CREATE TABLE stream (
    stream     INTEGER PRIMARY KEY,
    device     INTEGER NOT NULL REFERENCES device,
    target     TEXT NOT NULL,
    next_seq   INTEGER NOT NULL DEFAULT 1,
    forwarded  INTEGER NOT NULL DEFAULT 0,
    superseded INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER NOT NULL DEFAULT 0,
    expired    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, target)
);
CREATE TABLE segment (
    segment   INTEGER PRIMARY KEY,  -- grows with every commit: the order of arrival
    first_id  INTEGER NOT NULL,     -- the commit's first reading id; segments of one commit share it
    stream    INTEGER NOT NULL REFERENCES stream,
    first_seq INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    account   BLOB NOT NULL,        -- fingerprint of the token and server it was meant for
    ids       BLOB NOT NULL,        -- count x uint32, from first_id
    times     BLOB NOT NULL,        -- count x int64, microseconds since 1970, UTC
    vals      BLOB NOT NULL         -- count x float64; text and locations make it JSON, stored as TEXT
);
CREATE UNIQUE INDEX segment_of_stream ON segment (stream, first_seq);
CREATE TABLE settled (
    stream INTEGER NOT NULL REFERENCES stream,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    fate   TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (stream, first)
) WITHOUT ROWID;
""",
    # 2: the accounts that readings were meant for, as ranges of seqs, so that counting and reassigning held
    # readings costs the same for ten of them as for ten million; marks of readings to be sent again.
    """
CREATE TABLE meant (
    stream  INTEGER NOT NULL REFERENCES stream,
    first   INTEGER NOT NULL,       -- from this seq up to the next row's
    account BLOB NOT NULL,          -- fingerprint of the token and server
    settled INTEGER NOT NULL,       -- how many of the range are settled; of a stream's last range: not kept
    PRIMARY KEY (stream, first)
) WITHOUT ROWID;
INSERT INTO meant
    WITH
    change AS (
        SELECT stream, first_seq AS first, account FROM (
            SELECT stream, first_seq, account,
                lag(account) OVER (PARTITION BY stream ORDER BY first_seq) AS before
            FROM segment
        ) WHERE before IS NOT account
    ),
    range AS (
        SELECT *, lead(first, 1, 1 << 62) OVER (PARTITION BY stream ORDER BY first) AS next FROM change
    )
    SELECT stream, first, account, (
        SELECT coalesce(sum(min(last, range.next - 1) - max(settled.first, range.first) + 1), 0) FROM settled
        WHERE settled.stream = range.stream AND settled.first < range.next AND last >= range.first
    )
    FROM range;
ALTER TABLE segment DROP COLUMN account;
CREATE TABLE resent (
    stream INTEGER NOT NULL REFERENCES stream,
    first  INTEGER NOT NULL,        -- pending once more: these go first, outside the order promise
    last   INTEGER NOT NULL,
    PRIMARY KEY (stream, first)
) WITHOUT ROWID;
CREATE INDEX refused_run ON settled (stream, first) WHERE fate = 'refused';
""",
    # 3: clock marks (see `app.journal.clock_marks`); rejected lines, and the number of lines for each reason.
    """
CREATE TABLE clock_mark (
    mark         INTEGER PRIMARY KEY,
    device       INTEGER NOT NULL REFERENCES device,
    first_id     INTEGER NOT NULL,  -- readings of the device from this id on came after the step
    at_us        INTEGER NOT NULL,  -- the clock after the step, microseconds since 1970, UTC
    monotonic_us INTEGER NOT NULL,  -- the monotonic clock then
    stepped_us   INTEGER NOT NULL   -- by how much the clock was set forward; negative: back
);
CREATE TABLE rejected (
    part   INTEGER PRIMARY KEY,     -- grows with time
    device INTEGER NOT NULL REFERENCES device,
    count  INTEGER NOT NULL,
    lines  TEXT NOT NULL            -- JSON: a list of count [received_at_us, text, reason]
);
CREATE INDEX rejected_of_device ON rejected (device, part);
CREATE TABLE rejection (
    device INTEGER NOT NULL REFERENCES device,
    reason TEXT NOT NULL,
    count  INTEGER NOT NULL,        -- of all runs
    PRIMARY KEY (device, reason)
) WITHOUT ROWID;
""",
    # 4: how much of the month's messages and of the day's points has been used.
    """
CREATE TABLE usage (
    budget TEXT PRIMARY KEY,        -- "messages of ORGANISATION" or "points of DEVICE"
    period TEXT NOT NULL,           -- 2026-11 or 2026-11-24, UTC
    used   INTEGER NOT NULL
) WITHOUT ROWID;
""",
    # 5: the region of the cloud to which a server has sent an account.
    """
CREATE TABLE region (
    asked  BLOB PRIMARY KEY,        -- fingerprint of the server in the bench file and the token
    server TEXT NOT NULL            -- such as https://ny3.blynk.cloud
) WITHOUT ROWID;
""",
    # 6: how many readings of a stream are no longer in the file, so that the others need not be counted.
    """
CREATE TABLE pruned (
    stream  INTEGER PRIMARY KEY REFERENCES stream,
    count   INTEGER NOT NULL,
    refused INTEGER NOT NULL        -- how many of these were refused
);
INSERT INTO pruned
    SELECT stream, count, refused - (
        SELECT coalesce(sum(last - first + 1), 0) FROM settled
        WHERE settled.stream = stream.stream AND fate = 'refused'
    )
    FROM stream JOIN (
        SELECT stream, sum(last - first + 1) AS count FROM settled WHERE fate = 'pruned' GROUP BY stream
    ) USING (stream);
""",
    # 7: the timeline: what happened to devices, and the user's markers (see `app.journal.timeline`).
    """
CREATE TABLE event (
    event    INTEGER PRIMARY KEY,   -- grows in the order in which things happened, whatever the clock said
    device   INTEGER NOT NULL REFERENCES device,
    at_us    INTEGER NOT NULL,      -- microseconds since 1970, UTC
    until_us INTEGER,               -- when it ended; NULL while it lasts; at_us if it was an instant
    kind     TEXT NOT NULL,
    params   TEXT NOT NULL          -- JSON: what else is known of it
);
CREATE INDEX event_of_device ON event (device, kind, event);
INSERT INTO event (device, at_us, until_us, kind, params)
    SELECT device, at_us, at_us, 'clock_set', '{"count":' || stepped_us || '}' FROM clock_mark ORDER BY mark;
CREATE TABLE marker (
    marker INTEGER PRIMARY KEY,
    device INTEGER REFERENCES device,  -- NULL: the whole bench
    at_us  INTEGER NOT NULL,        -- microseconds since 1970, UTC
    note   TEXT NOT NULL            -- the user's
);
-- The lowest and highest values of blocks of readings, for plots; see `app.journal.summaries`.
CREATE TABLE summary (
    summary INTEGER PRIMARY KEY,
    stream  INTEGER NOT NULL REFERENCES stream,
    level   INTEGER NOT NULL,       -- how many seqs a block has
    first   INTEGER NOT NULL,       -- the seqs of the readings that the row is about
    last    INTEGER NOT NULL,
    from_us INTEGER,                -- their earliest and latest time; NULL if none of them has a number
    to_us   INTEGER,
    entries BLOB NOT NULL           -- of up to 256 blocks, packed
);
CREATE INDEX summary_of_stream ON summary (stream, level, first, last, from_us, to_us);
""",
)
"""Step n turns version n - 1 into version n, within a transaction; a new file goes through all steps."""
