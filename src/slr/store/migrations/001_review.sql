-- Everything a review knows. Tables ending in _event, and record_version, work and decision, are append-only: triggers
-- refuse UPDATE, DELETE and an INSERT of a row that exists by any of its keys (INSERT OR REPLACE would slip past the first
-- two, unless the connection has recursive_triggers on).

CREATE TABLE run (
  run_id       TEXT PRIMARY KEY,
  kind         TEXT NOT NULL CHECK (kind IN ('search', 'import', 'citation')),
  started_at   TEXT NOT NULL,
  finished_at  TEXT,
  status       TEXT NOT NULL CHECK (status IN ('running', 'complete', 'incomplete')),
  config_hash  TEXT NOT NULL,
  matrix_hash  TEXT NOT NULL,
  variants     INTEGER NOT NULL,
  slr_version  TEXT NOT NULL
) STRICT;

CREATE TABLE query (
  query_id     INTEGER PRIMARY KEY,
  run_id       TEXT NOT NULL REFERENCES run,
  source       TEXT NOT NULL,
  platform     TEXT,
  origin       TEXT NOT NULL CHECK (origin IN ('database', 'register', 'website', 'organisation', 'citation')),
  part         INTEGER NOT NULL,
  parts        INTEGER NOT NULL,
  text         TEXT NOT NULL,
  url          TEXT,
  oql          TEXT,
  asked_on     TEXT,
  server_total INTEGER,
  next_cursor  TEXT,
  status       TEXT NOT NULL CHECK (status IN ('pending', 'running', 'complete', 'incomplete')),
  problem      TEXT,
  notes        TEXT NOT NULL DEFAULT '[]',
  UNIQUE (run_id, source, part)
) STRICT;

CREATE TABLE exchange (
  exchange_id TEXT PRIMARY KEY,
  run_id      TEXT NOT NULL REFERENCES run,
  source      TEXT NOT NULL,
  url         TEXT NOT NULL,
  status      INTEGER NOT NULL,
  fetched_at  TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  body_bytes  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_file (
  file_sha256 TEXT NOT NULL,
  source      TEXT NOT NULL,
  run_id      TEXT NOT NULL REFERENCES run,
  name        TEXT NOT NULL,
  format      TEXT NOT NULL,
  encoding    TEXT NOT NULL,
  receipt     TEXT NOT NULL,
  PRIMARY KEY (file_sha256, source)
) STRICT, WITHOUT ROWID;

-- Every description of a publication as it was received; a changed description is a new version of the same record.
CREATE TABLE record_version (
  version_id   INTEGER PRIMARY KEY,
  record_id    TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  source       TEXT NOT NULL,
  origin       TEXT NOT NULL,
  title        TEXT NOT NULL,
  authors      TEXT NOT NULL,
  year         INTEGER,
  venue        TEXT,
  volume       TEXT,
  issue        TEXT,
  pages        TEXT,
  doi          TEXT,
  type         TEXT,
  language     TEXT,
  abstract     TEXT,
  keywords     TEXT NOT NULL,
  retracted    INTEGER,
  url          TEXT,
  ids          TEXT NOT NULL,
  cites        TEXT NOT NULL,
  UNIQUE (record_id, content_hash)
) STRICT;
CREATE INDEX record_version_doi ON record_version (doi);

-- The version of each record that was seen last.
CREATE TABLE record_head (
  record_id  TEXT PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES record_version
) STRICT, WITHOUT ROWID;

CREATE VIEW record AS
  SELECT v.* FROM record_head AS h JOIN record_version AS v ON v.version_id = h.version_id;

CREATE TABLE hit (
  query_id    INTEGER NOT NULL REFERENCES query,
  record_id   TEXT NOT NULL REFERENCES record_head,
  version_id  INTEGER NOT NULL REFERENCES record_version,
  rank        INTEGER NOT NULL,
  exchange_id TEXT,
  position    INTEGER NOT NULL,
  PRIMARY KEY (query_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hit_record ON hit (record_id);

-- Which phrases of each axis a record holds; worked out anew when the matrix or the record changes.
CREATE TABLE match (
  record_id   TEXT PRIMARY KEY REFERENCES record_head,
  version_id  INTEGER NOT NULL,
  matrix_hash TEXT NOT NULL,
  attributed  INTEGER NOT NULL,
  axes        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A work is known by the record that founded it: where that record goes, the work's decisions go.
CREATE TABLE work (
  work_id    TEXT PRIMARY KEY,
  founder    TEXT NOT NULL UNIQUE REFERENCES record_head,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE membership_event (
  seq       INTEGER PRIMARY KEY,
  record_id TEXT NOT NULL REFERENCES record_head,
  work_id   TEXT NOT NULL REFERENCES work,
  rule      TEXT NOT NULL,
  score     REAL NOT NULL,
  partner   TEXT,
  who       TEXT NOT NULL,
  at        TEXT NOT NULL
) STRICT;

CREATE INDEX membership_event_record ON membership_event (record_id, seq);
CREATE INDEX membership_event_work ON membership_event (work_id, seq);

CREATE TABLE membership (
  record_id TEXT PRIMARY KEY,
  work_id   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_work ON membership (work_id);

CREATE TRIGGER membership_follows AFTER INSERT ON membership_event BEGIN
  INSERT INTO membership (record_id, work_id) VALUES (NEW.record_id, NEW.work_id)
    ON CONFLICT (record_id) DO UPDATE SET work_id = excluded.work_id;
END;

-- A criterion of config/review.yaml that marks a work ineligible, or takes the mark back.
CREATE TABLE mark_event (
  seq      INTEGER PRIMARY KEY,
  work_id  TEXT NOT NULL REFERENCES work,
  rule     TEXT NOT NULL,
  verdict  TEXT NOT NULL CHECK (verdict IN ('ineligible', 'eligible')),
  because  TEXT NOT NULL,
  criteria TEXT NOT NULL,
  at       TEXT NOT NULL
) STRICT;

CREATE TABLE mark (
  work_id TEXT NOT NULL,
  rule    TEXT NOT NULL,
  verdict TEXT NOT NULL,
  because TEXT NOT NULL,
  PRIMARY KEY (work_id, rule)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER mark_follows AFTER INSERT ON mark_event BEGIN
  INSERT INTO mark (work_id, rule, verdict, because) VALUES (NEW.work_id, NEW.rule, NEW.verdict, NEW.because)
    ON CONFLICT (work_id, rule) DO UPDATE SET verdict = excluded.verdict, because = excluded.because;
END;

CREATE TABLE decision (
  seq        INTEGER PRIMARY KEY,
  work_id    TEXT NOT NULL,
  stage      TEXT NOT NULL,
  reviewer   TEXT NOT NULL,
  verdict    TEXT NOT NULL CHECK (verdict IN ('include', 'exclude', 'maybe', 'not-retrieved')),
  reason     TEXT,
  note       TEXT,
  decided_at TEXT NOT NULL,
  criteria   TEXT NOT NULL,
  prev       TEXT NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  UNIQUE (reviewer, prev)
) STRICT;
CREATE INDEX decision_work ON decision (work_id, stage, reviewer);

-- A decision stays with the work that now holds the record which founded the work it was made on.
CREATE VIEW verdict AS
  SELECT m.work_id, d.stage, d.reviewer, d.verdict, d.reason, d.note, d.decided_at, d.work_id AS decided_work
  FROM decision AS d
  JOIN work AS w ON w.work_id = d.work_id
  JOIN membership AS m ON m.record_id = w.founder
  WHERE d.seq = (SELECT max(later.seq) FROM decision AS later
                 WHERE later.work_id = d.work_id AND later.stage = d.stage AND later.reviewer = d.reviewer);

-- The works that a round of citation searching began from, and whether the index holds them.
CREATE TABLE seed (
  run_id   TEXT NOT NULL REFERENCES run,
  source   TEXT NOT NULL,
  work_id  TEXT NOT NULL,
  in_index INTEGER NOT NULL,
  PRIMARY KEY (run_id, source, work_id)
) STRICT, WITHOUT ROWID;

-- What a look-up of a known study found in a source, whether or not the matrix matches it.
CREATE TABLE known_finding (
  study       TEXT NOT NULL,
  source      TEXT NOT NULL,
  run_id      TEXT NOT NULL REFERENCES run,
  record_id   TEXT,
  title       TEXT,
  axes        TEXT,
  PRIMARY KEY (study, source, run_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER record_version_keeps BEFORE UPDATE ON record_version BEGIN
  SELECT RAISE(ABORT, 'record_version is append-only');
END;
CREATE TRIGGER record_version_stays BEFORE DELETE ON record_version BEGIN
  SELECT RAISE(ABORT, 'record_version is append-only');
END;
CREATE TRIGGER record_version_once BEFORE INSERT ON record_version
WHEN EXISTS (SELECT 1 FROM record_version
             WHERE version_id = NEW.version_id OR (record_id = NEW.record_id AND content_hash = NEW.content_hash)) BEGIN
  SELECT RAISE(ABORT, 'record_version is append-only: this row exists');
END;
CREATE TRIGGER membership_event_keeps BEFORE UPDATE ON membership_event BEGIN
  SELECT RAISE(ABORT, 'membership_event is append-only');
END;
CREATE TRIGGER membership_event_stays BEFORE DELETE ON membership_event BEGIN
  SELECT RAISE(ABORT, 'membership_event is append-only');
END;
CREATE TRIGGER membership_event_once BEFORE INSERT ON membership_event
WHEN EXISTS (SELECT 1 FROM membership_event WHERE seq = NEW.seq) BEGIN
  SELECT RAISE(ABORT, 'membership_event is append-only: this row exists');
END;
CREATE TRIGGER mark_event_keeps BEFORE UPDATE ON mark_event BEGIN
  SELECT RAISE(ABORT, 'mark_event is append-only');
END;
CREATE TRIGGER mark_event_stays BEFORE DELETE ON mark_event BEGIN
  SELECT RAISE(ABORT, 'mark_event is append-only');
END;
CREATE TRIGGER mark_event_once BEFORE INSERT ON mark_event
WHEN EXISTS (SELECT 1 FROM mark_event WHERE seq = NEW.seq) BEGIN
  SELECT RAISE(ABORT, 'mark_event is append-only: this row exists');
END;
CREATE TRIGGER decision_keeps BEFORE UPDATE ON decision BEGIN
  SELECT RAISE(ABORT, 'decision is append-only');
END;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN
  SELECT RAISE(ABORT, 'decision is append-only');
END;
CREATE TRIGGER decision_once BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision
             WHERE seq = NEW.seq OR hash = NEW.hash OR (reviewer = NEW.reviewer AND prev = NEW.prev)) BEGIN
  SELECT RAISE(ABORT, 'decision is append-only: this row exists');
END;
CREATE TRIGGER work_keeps BEFORE UPDATE ON work BEGIN
  SELECT RAISE(ABORT, 'work is append-only');
END;
CREATE TRIGGER work_stays BEFORE DELETE ON work BEGIN
  SELECT RAISE(ABORT, 'work is append-only');
END;
CREATE TRIGGER work_once BEFORE INSERT ON work
WHEN EXISTS (SELECT 1 FROM work WHERE work_id = NEW.work_id OR founder = NEW.founder) BEGIN
  SELECT RAISE(ABORT, 'work is append-only: this row exists');
END;
