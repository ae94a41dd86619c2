-- Citation searching: the rounds, whom each index was asked about, what it told, and references without an identifier.
-- Names of works (own_id, citing, cited) are the index's own, as it uses them: W123, a DOI, MED/123.

CREATE TABLE citation_round (
  run_id       TEXT PRIMARY KEY REFERENCES run,
  number       INTEGER NOT NULL UNIQUE,
  seeds_from   TEXT NOT NULL,
  directions   TEXT NOT NULL,
  indexes      TEXT NOT NULL,
  rounds_limit INTEGER,
  max_new      INTEGER,
  again        INTEGER NOT NULL DEFAULT 0,
  ended_early  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- The works that a round began from. waiting: not looked up yet; held: the index has it; read: it has it, and its
-- reference list was known already; absent: the index does not have it.
CREATE TABLE citation_seed (
  run_id    TEXT NOT NULL REFERENCES run,
  source    TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('backward', 'forward')),
  work_id   TEXT NOT NULL,
  own_id    TEXT,
  state     TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'read', 'absent')),
  PRIMARY KEY (run_id, source, direction, work_id)
) STRICT, WITHOUT ROWID;

-- One citation as an index told it; exchange_id NULL: from a reference list that was received before the round.
CREATE TABLE citation (
  run_id      TEXT NOT NULL REFERENCES run,
  source      TEXT NOT NULL,
  direction   TEXT NOT NULL CHECK (direction IN ('backward', 'forward')),
  citing      TEXT NOT NULL,
  cited       TEXT NOT NULL,
  exchange_id TEXT,
  at          TEXT NOT NULL,
  PRIMARY KEY (run_id, source, direction, citing, cited)
) STRICT, WITHOUT ROWID;

-- A work that an index named: its other identifiers (JSON), and whether a look-up found it (NULL: not looked up).
CREATE TABLE linked_work (
  source TEXT NOT NULL,
  own_id TEXT NOT NULL,
  ids    TEXT NOT NULL DEFAULT '{}',
  found  INTEGER,
  PRIMARY KEY (source, own_id)
) STRICT, WITHOUT ROWID;

-- A reference that an index or a file gives as text; record_id is the record that the duplicate rules match it to.
CREATE TABLE reference_text (
  source    TEXT NOT NULL,
  citing    TEXT NOT NULL,
  text      TEXT NOT NULL,
  run_id    TEXT NOT NULL REFERENCES run,
  fields    TEXT NOT NULL DEFAULT '{}',
  record_id TEXT,
  rule      TEXT,
  PRIMARY KEY (source, citing, text)
) STRICT, WITHOUT ROWID;

INSERT INTO citation_round (run_id, number, seeds_from, directions, indexes)
  SELECT run_id, row_number() OVER (ORDER BY started_at, run_id), 'included', '["backward", "forward"]',
         (SELECT json_group_array(source) FROM (SELECT DISTINCT source FROM seed AS s WHERE s.run_id = run.run_id))
  FROM run WHERE kind = 'citation';
INSERT INTO citation_seed
  SELECT s.run_id, s.source, d.value, s.work_id, NULL, CASE s.in_index WHEN 1 THEN 'held' ELSE 'absent' END
  FROM seed AS s, json_each('["backward", "forward"]') AS d;
DROP TABLE seed;
