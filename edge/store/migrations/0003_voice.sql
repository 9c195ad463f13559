-- The loudspeaker station: abbreviations, templates, planned programmes, the voice bank, talks. Times are UTC milliseconds.

-- records: proof of sound.
ALTER TABLE horn_report ADD COLUMN level_db REAL;
