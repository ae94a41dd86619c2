-- Which reports are of one study, as people said it; append-only. A report that nobody linked is a study of its own.
-- study_id is NULL where a report was taken out of its study again.
CREATE TABLE study_event (
  seq      INTEGER PRIMARY KEY,
  work_id  TEXT NOT NULL REFERENCES work,
  study_id TEXT,
  name     TEXT,
  note     TEXT,
  who      TEXT NOT NULL,
  at       TEXT NOT NULL
) STRICT;
CREATE INDEX study_event_work ON study_event (work_id, seq);

-- What was said last of each work, with the work that now holds the record which founded it.
CREATE VIEW study_link AS
  SELECT m.work_id, e.study_id, e.name, e.note, e.who, e.at, e.seq, e.work_id AS linked_work
  FROM study_event AS e
  JOIN work AS w ON w.work_id = e.work_id
  JOIN membership AS m ON m.record_id = w.founder
  WHERE e.seq = (SELECT max(later.seq) FROM study_event AS later WHERE later.work_id = e.work_id)
    AND e.study_id IS NOT NULL;

CREATE TRIGGER study_event_keeps BEFORE UPDATE ON study_event BEGIN
  SELECT RAISE(ABORT, 'study_event is append-only');
END;
CREATE TRIGGER study_event_stays BEFORE DELETE ON study_event BEGIN
  SELECT RAISE(ABORT, 'study_event is append-only');
END;
CREATE TRIGGER study_event_once BEFORE INSERT ON study_event
WHEN EXISTS (SELECT 1 FROM study_event WHERE seq = NEW.seq) BEGIN
  SELECT RAISE(ABORT, 'study_event is append-only: this row exists');
END;
