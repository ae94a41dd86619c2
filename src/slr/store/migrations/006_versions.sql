-- Frozen versions of the review, and what updates of it found. A version is written once, whole, and never changed:
-- what it was stays readable beside what the review is now.

CREATE TABLE version (
  seq           INTEGER PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  frozen_at     TEXT NOT NULL,
  config_hash   TEXT NOT NULL,
  matrix_hash   TEXT NOT NULL,
  criteria_hash TEXT NOT NULL,
  variants      INTEGER NOT NULL,
  slr_version   TEXT NOT NULL,
  run_id        TEXT,
  numbers       TEXT NOT NULL,
  included      TEXT NOT NULL,
  heads         TEXT NOT NULL,
  warnings      TEXT NOT NULL,
  checksum      TEXT NOT NULL
) STRICT;

-- Every record of the version, as it was described then, with the work it was in and whether it lay in a cell.
CREATE TABLE version_record (
  seq        INTEGER NOT NULL REFERENCES version,
  record_id  TEXT NOT NULL REFERENCES record_head,
  version_id INTEGER NOT NULL REFERENCES record_version,
  work_id    TEXT NOT NULL,
  attributed INTEGER,
  PRIMARY KEY (seq, record_id)
) STRICT, WITHOUT ROWID;

-- The ids behind each box of the PRISMA diagram, as a JSON list.
CREATE TABLE version_box (
  seq INTEGER NOT NULL REFERENCES version,
  box TEXT NOT NULL,
  ids TEXT NOT NULL,
  PRIMARY KEY (seq, box)
) STRICT, WITHOUT ROWID;

-- The files of the configuration, byte for byte.
CREATE TABLE version_file (
  seq     INTEGER NOT NULL REFERENCES version,
  name    TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (seq, name)
) STRICT, WITHOUT ROWID;

-- An update: a search after a version was frozen. after_run is the last search before it, run_id its own.
CREATE TABLE review_update (
  update_id   TEXT PRIMARY KEY,
  version     TEXT NOT NULL,
  began_at    TEXT NOT NULL,
  after_run   TEXT,
  run_id      TEXT,
  finished_at TEXT
) STRICT, WITHOUT ROWID;

-- One thing that an update found: kind and the id of the record or work it is about; detail is JSON.
CREATE TABLE update_finding (
  update_id TEXT NOT NULL REFERENCES review_update,
  kind      TEXT NOT NULL,
  subject   TEXT NOT NULL,
  detail    TEXT NOT NULL,
  PRIMARY KEY (update_id, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER version_keeps BEFORE UPDATE ON version BEGIN
  SELECT RAISE(ABORT, 'version is append-only');
END;
CREATE TRIGGER version_stays BEFORE DELETE ON version BEGIN
  SELECT RAISE(ABORT, 'version is append-only');
END;
CREATE TRIGGER version_once BEFORE INSERT ON version
WHEN EXISTS (SELECT 1 FROM version WHERE seq = NEW.seq OR name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'version is append-only: this row exists');
END;
CREATE TRIGGER version_record_keeps BEFORE UPDATE ON version_record BEGIN
  SELECT RAISE(ABORT, 'version_record is append-only');
END;
CREATE TRIGGER version_record_stays BEFORE DELETE ON version_record BEGIN
  SELECT RAISE(ABORT, 'version_record is append-only');
END;
CREATE TRIGGER version_record_once BEFORE INSERT ON version_record
WHEN EXISTS (SELECT 1 FROM version_record WHERE seq = NEW.seq AND record_id = NEW.record_id) BEGIN
  SELECT RAISE(ABORT, 'version_record is append-only: this row exists');
END;
CREATE TRIGGER version_box_keeps BEFORE UPDATE ON version_box BEGIN
  SELECT RAISE(ABORT, 'version_box is append-only');
END;
CREATE TRIGGER version_box_stays BEFORE DELETE ON version_box BEGIN
  SELECT RAISE(ABORT, 'version_box is append-only');
END;
CREATE TRIGGER version_box_once BEFORE INSERT ON version_box
WHEN EXISTS (SELECT 1 FROM version_box WHERE seq = NEW.seq AND box = NEW.box) BEGIN
  SELECT RAISE(ABORT, 'version_box is append-only: this row exists');
END;
CREATE TRIGGER version_file_keeps BEFORE UPDATE ON version_file BEGIN
  SELECT RAISE(ABORT, 'version_file is append-only');
END;
CREATE TRIGGER version_file_stays BEFORE DELETE ON version_file BEGIN
  SELECT RAISE(ABORT, 'version_file is append-only');
END;
CREATE TRIGGER version_file_once BEFORE INSERT ON version_file
WHEN EXISTS (SELECT 1 FROM version_file WHERE seq = NEW.seq AND name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'version_file is append-only: this row exists');
END;
CREATE TRIGGER update_finding_keeps BEFORE UPDATE ON update_finding BEGIN
  SELECT RAISE(ABORT, 'update_finding is append-only');
END;
CREATE TRIGGER update_finding_stays BEFORE DELETE ON update_finding BEGIN
  SELECT RAISE(ABORT, 'update_finding is append-only');
END;
CREATE TRIGGER update_finding_once BEFORE INSERT ON update_finding
WHEN EXISTS (SELECT 1 FROM update_finding
             WHERE update_id = NEW.update_id AND kind = NEW.kind AND subject = NEW.subject) BEGIN
  SELECT RAISE(ABORT, 'update_finding is append-only: this row exists');
END;
