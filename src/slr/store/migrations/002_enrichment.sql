-- What other sources told of works by their identifiers, beside what records state; append-only, like all that is told.

CREATE TABLE enrichment_run (
  run_id      TEXT PRIMARY KEY,
  started_at  TEXT NOT NULL,
  finished_at TEXT,
  status      TEXT NOT NULL CHECK (status IN ('running', 'complete', 'incomplete'))
) STRICT, WITHOUT ROWID;

-- value is JSON: a DOI, an abstract, a list of the source's ids of cited works, true or false.
CREATE TABLE enrichment (
  seq         INTEGER PRIMARY KEY,
  run_id      TEXT NOT NULL REFERENCES enrichment_run,
  work_id     TEXT NOT NULL REFERENCES work,
  field       TEXT NOT NULL CHECK (field IN ('doi', 'abstract', 'references', 'retracted')),
  value       TEXT NOT NULL,
  source      TEXT NOT NULL,
  exchange_id TEXT NOT NULL,
  at          TEXT NOT NULL,
  UNIQUE (run_id, work_id, field, source)
) STRICT;
CREATE INDEX enrichment_work ON enrichment (work_id, field);

-- All that was told, with the work that now holds the record which founded the work it was told of.
CREATE VIEW enriched AS
  SELECT m.work_id, e.field, e.value, e.source, e.exchange_id, e.at, e.run_id, e.seq
  FROM enrichment AS e
  JOIN work AS w ON w.work_id = e.work_id
  JOIN membership AS m ON m.record_id = w.founder;

CREATE TRIGGER enrichment_keeps BEFORE UPDATE ON enrichment BEGIN
  SELECT RAISE(ABORT, 'enrichment is append-only');
END;
CREATE TRIGGER enrichment_stays BEFORE DELETE ON enrichment BEGIN
  SELECT RAISE(ABORT, 'enrichment is append-only');
END;
CREATE TRIGGER enrichment_once BEFORE INSERT ON enrichment
WHEN EXISTS (SELECT 1 FROM enrichment
             WHERE seq = NEW.seq OR (run_id = NEW.run_id AND work_id = NEW.work_id AND field = NEW.field
                                     AND source = NEW.source)) BEGIN
  SELECT RAISE(ABORT, 'enrichment is append-only: this row exists');
END;
