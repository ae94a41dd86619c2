-- Each record's source, without reading the whole of its description.
CREATE INDEX record_version_source ON record_version (version_id, source);

-- Pairs of records that the rules leave to a person, and what people found, pair by pair: later verdicts count instead of
-- earlier ones, all stay.

-- The version of each record that was compared with all others, and by which rules (a hash of their code): a record that
-- changed since, or that other rules compared, is compared anew. keys are 4-byte numbers, equal for records to compare.
CREATE TABLE compared (
  record_id  TEXT PRIMARY KEY REFERENCES record_head,
  version_id INTEGER NOT NULL,
  rules      TEXT NOT NULL,
  keys       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE doubt (
  a     TEXT NOT NULL REFERENCES record_head,
  b     TEXT NOT NULL REFERENCES record_head,
  rule  TEXT NOT NULL,
  score REAL NOT NULL,
  at    TEXT NOT NULL,
  PRIMARY KEY (a, b),
  CHECK (a < b)
) STRICT, WITHOUT ROWID;

-- "unsure" takes back what was said of the pair before: the rules decide again, and the pair is asked about again. how is
-- the command that it was said by; a split and a merge say it of several pairs at once.
CREATE TABLE pair_verdict (
  seq      INTEGER PRIMARY KEY,
  a        TEXT NOT NULL REFERENCES record_head,
  b        TEXT NOT NULL REFERENCES record_head,
  verdict  TEXT NOT NULL CHECK (verdict IN ('duplicate', 'distinct', 'unsure')),
  how      TEXT NOT NULL CHECK (how IN ('review', 'verdict', 'split', 'merge')),
  reviewer TEXT NOT NULL,
  at       TEXT NOT NULL,
  CHECK (a < b)
) STRICT;
CREATE INDEX pair_verdict_pair ON pair_verdict (a, b, seq);
CREATE INDEX pair_verdict_other ON pair_verdict (b);

CREATE VIEW pair_standing AS
  SELECT v.* FROM pair_verdict AS v
  WHERE v.seq = (SELECT max(later.seq) FROM pair_verdict AS later WHERE later.a = v.a AND later.b = v.b);

CREATE TRIGGER pair_verdict_keeps BEFORE UPDATE ON pair_verdict BEGIN
  SELECT RAISE(ABORT, 'pair_verdict is append-only');
END;
CREATE TRIGGER pair_verdict_stays BEFORE DELETE ON pair_verdict BEGIN
  SELECT RAISE(ABORT, 'pair_verdict is append-only');
END;
CREATE TRIGGER pair_verdict_once BEFORE INSERT ON pair_verdict
WHEN EXISTS (SELECT 1 FROM pair_verdict WHERE seq = NEW.seq) BEGIN
  SELECT RAISE(ABORT, 'pair_verdict is append-only: this row exists');
END;
