-- People who work with the box: accounts, settings that were changed, indicators, shifts. One section a subject.

-- Privacy areas of cameras: what nobody may see of a picture, and where it is hidden.
-- areas, placed: JSON lists of polygons in shares of the picture; placed are those that the camera itself confirmed.
CREATE TABLE privacy (
    camera TEXT PRIMARY KEY,
    areas TEXT NOT NULL,
    set_at_ms INTEGER NOT NULL,
    by_user TEXT NOT NULL,
    placed TEXT NOT NULL DEFAULT '[]',
    word TEXT NOT NULL DEFAULT '',
    checked_at_ms INTEGER
) STRICT;
