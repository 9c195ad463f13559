-- A group of batches in one call: keys, totals, arrivals and events in one transaction, committed at its end.
-- Rows are arrays of one length in the order of delivery, each key once; senders (box_…) are three more. A release that
-- needs another function gives it another name, so that its instances and the old ones work side by side.
CREATE OR REPLACE FUNCTION hub_take_1(
    row_source text[], row_id text[], row_content bytea[], row_times int[], row_at_ms bigint[], row_type text[],
    row_subject text[], row_seq bigint[], row_lane smallint[], row_boot bigint[], row_clock text[], row_data text[],
    box_source text[], box_batches bigint[], box_rejected bigint[], now_ms bigint,
    OUT deliveries int[], OUT highest bigint[]
) LANGUAGE plpgsql
SET enable_nestloop TO off -- the length of an array is unknown to the planner
AS $$
DECLARE
    fresh bigint;
    before bigint;
BEGIN
    -- Always in the order of the keys: two calls never wait for each other in a circle.
    WITH kept AS (
        INSERT INTO event_key AS k (source, id, content, deliveries)
        SELECT * FROM unnest(row_source, row_id, row_content, row_times) AS r (source, id, content, times)
        ORDER BY r.source COLLATE "C", r.id COLLATE "C"
        ON CONFLICT (source, id) DO UPDATE SET deliveries = k.deliveries + excluded.deliveries
        WHERE k.content = excluded.content
        RETURNING k.source, k.id, k.deliveries
    )
    SELECT array_agg(kept.deliveries ORDER BY r.n) INTO deliveries
    FROM unnest(row_source, row_id) WITH ORDINALITY AS r (source, id, n)
    LEFT JOIN kept ON kept.source = r.source COLLATE "C" AND kept.id = r.id COLLATE "C";

    WITH told AS (
        INSERT INTO box AS b (source, first_seen_ms, last_seen_ms, batches, events, duplicates, rejected, max_seq)
        SELECT s.source, now_ms, now_ms, s.batches, coalesce(r.fresh, 0), coalesce(r.again, 0),
            s.rejected + coalesce(r.misused, 0), coalesce(r.max_seq, 0)
        FROM unnest(box_source, box_batches, box_rejected) AS s (source, batches, rejected)
        LEFT JOIN (
            SELECT r.source, count(*) FILTER (WHERE r.n = r.times) AS fresh,
                coalesce(sum(r.times - (r.n = r.times)::int) FILTER (WHERE r.n IS NOT NULL), 0) AS again,
                coalesce(sum(r.times) FILTER (WHERE r.n IS NULL), 0) AS misused, max(r.seq) AS max_seq
            FROM unnest(row_source, row_times, row_seq, deliveries) AS r (source, times, seq, n) GROUP BY r.source
        ) AS r USING (source)
        ORDER BY s.source COLLATE "C"
        ON CONFLICT (source) DO UPDATE SET last_seen_ms = excluded.last_seen_ms,
            batches = b.batches + excluded.batches, events = b.events + excluded.events,
            duplicates = b.duplicates + excluded.duplicates, rejected = b.rejected + excluded.rejected,
            max_seq = greatest(b.max_seq, excluded.max_seq)
        RETURNING b.source, b.max_seq
    )
    SELECT array_agg(told.max_seq ORDER BY s.n) INTO highest
    FROM unnest(box_source) WITH ORDINALITY AS s (source, n) JOIN told ON told.source = s.source COLLATE "C";

    INSERT INTO event_count AS c (source, type, n)
    SELECT r.source, r.type, count(*) FROM unnest(row_source, row_type, row_times, deliveries) AS r (source, type, times, n)
    WHERE r.n = r.times GROUP BY r.source, r.type ORDER BY r.source COLLATE "C", r.type COLLATE "C"
    ON CONFLICT (source, type) DO UPDATE SET n = c.n + excluded.n;

    -- Last of all: from here to the commit nobody else keeps events, so that arrivals appear in their order.
    SELECT count(*) INTO fresh FROM unnest(row_times, deliveries) AS r (times, n) WHERE r.n = r.times;
    IF fresh > 0 THEN
        UPDATE arrivals SET last = last + fresh RETURNING last - fresh INTO before;
        INSERT INTO event (arrival, at_ms, source, id, type, subject, seq, lane, boot, clock, data, received_ms)
        SELECT before + row_number() OVER (ORDER BY r.place), r.at_ms, r.source, r.id, r.type, r.subject, r.seq, r.lane,
            r.boot, r.clock, r.data, now_ms
        FROM unnest(
            row_source, row_id, row_times, row_at_ms, row_type, row_subject, row_seq, row_lane, row_boot, row_clock,
            row_data, deliveries
        ) WITH ORDINALITY AS r (source, id, times, at_ms, type, subject, seq, lane, boot, clock, data, n, place)
        WHERE r.n = r.times;
    END IF;
END $$
