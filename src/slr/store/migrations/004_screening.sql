-- A reviewer's log holds more than votes: what ends a conflict, what takes a decision back, who is to decide what, and
-- pilots, all in one chain of hashes. more is JSON: the keys of a line that only some kinds have. ends_at is where the
-- line ends in the reviewer's file, in bytes (NULL: not known).

DROP VIEW verdict;
DROP INDEX decision_work;
ALTER TABLE decision RENAME TO decision_before;

CREATE TABLE decision (
  seq        INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL DEFAULT 'vote' CHECK (kind IN ('vote', 'resolution', 'undo', 'assignment', 'pilot')),
  work_id    TEXT,
  stage      TEXT NOT NULL,
  reviewer   TEXT NOT NULL,
  verdict    TEXT CHECK (verdict IN ('include', 'exclude', 'maybe', 'not-retrieved')),
  reason     TEXT,
  note       TEXT,
  decided_at TEXT NOT NULL,
  criteria   TEXT NOT NULL,
  more       TEXT NOT NULL DEFAULT '{}',
  prev       TEXT NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  ends_at    INTEGER,
  UNIQUE (reviewer, prev),
  CHECK ((work_id IS NULL) = (kind IN ('assignment', 'pilot'))),
  CHECK ((verdict IS NULL) = (kind IN ('assignment', 'pilot', 'undo')))
) STRICT;
CREATE INDEX decision_work ON decision (work_id, stage, reviewer);
CREATE INDEX decision_log ON decision (reviewer, seq);
CREATE INDEX decision_end ON decision (reviewer, ends_at);
CREATE INDEX decision_plan ON decision (kind, seq) WHERE kind IN ('assignment', 'pilot');

-- The last vote and the last resolution of each person on each work and stage, and what it says; follows from decision.
CREATE TABLE standing (
  work_id  TEXT NOT NULL,
  stage    TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  kind     TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  verdict  TEXT NOT NULL,
  reason   TEXT,
  hash     TEXT NOT NULL,
  PRIMARY KEY (work_id, stage, reviewer, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE undone (
  hash TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER standing_follows AFTER INSERT ON decision WHEN NEW.kind IN ('vote', 'resolution') BEGIN
  INSERT INTO standing (work_id, stage, reviewer, kind, seq, verdict, reason, hash)
    VALUES (NEW.work_id, NEW.stage, NEW.reviewer, NEW.kind, NEW.seq, NEW.verdict, NEW.reason, NEW.hash)
    ON CONFLICT (work_id, stage, reviewer, kind) DO UPDATE SET seq = excluded.seq, verdict = excluded.verdict,
      reason = excluded.reason, hash = excluded.hash;
END;

CREATE TRIGGER undone_follows AFTER INSERT ON decision WHEN NEW.kind = 'undo' BEGIN
  INSERT OR IGNORE INTO undone (hash) SELECT value FROM json_each(NEW.more, '$.undoes');
  DELETE FROM standing WHERE (work_id, stage, reviewer, kind) IN
    (SELECT work_id, stage, reviewer, kind FROM decision
     WHERE hash IN (SELECT value FROM json_each(NEW.more, '$.undoes')));
  INSERT INTO standing (work_id, stage, reviewer, kind, seq, verdict, reason, hash)
    SELECT d.work_id, d.stage, d.reviewer, d.kind, max(d.seq), d.verdict, d.reason, d.hash FROM decision AS d
    JOIN (SELECT DISTINCT work_id, stage, reviewer, kind FROM decision
          WHERE hash IN (SELECT value FROM json_each(NEW.more, '$.undoes'))) AS t
      ON d.work_id = t.work_id AND d.stage = t.stage AND d.reviewer = t.reviewer AND d.kind = t.kind
    WHERE d.hash NOT IN (SELECT hash FROM undone)
    GROUP BY d.work_id, d.stage, d.reviewer, d.kind;
END;

INSERT INTO decision (seq, work_id, stage, reviewer, verdict, reason, note, decided_at, criteria, prev, hash)
  SELECT seq, work_id, stage, reviewer, verdict, reason, note, decided_at, criteria, prev, hash
  FROM decision_before ORDER BY seq;
DROP TABLE decision_before;

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

-- A decision stays with the work that now holds the record which founded the work it was made on.
CREATE VIEW verdict AS
  SELECT m.work_id, d.stage, d.reviewer, d.verdict, d.reason, d.note, d.decided_at, d.work_id AS decided_work,
         d.kind, d.hash, d.criteria, d.more
  FROM membership AS m
  JOIN work AS w ON w.founder = m.record_id
  JOIN standing AS s ON s.work_id = w.work_id
  JOIN decision AS d ON d.seq = s.seq;

-- The criteria of each version that something was decided under, as the text whose SHA-256 is their hash.
CREATE TABLE criteria_version (
  hash     TEXT PRIMARY KEY,
  text     TEXT NOT NULL,
  first_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER criteria_version_keeps BEFORE UPDATE ON criteria_version BEGIN
  SELECT RAISE(ABORT, 'criteria_version is append-only');
END;
CREATE TRIGGER criteria_version_stays BEFORE DELETE ON criteria_version BEGIN
  SELECT RAISE(ABORT, 'criteria_version is append-only');
END;
CREATE TRIGGER criteria_version_once BEFORE INSERT ON criteria_version
WHEN EXISTS (SELECT 1 FROM criteria_version WHERE hash = NEW.hash) BEGIN
  SELECT RAISE(ABORT, 'criteria_version is append-only: this row exists');
END;
