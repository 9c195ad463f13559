"""The vision shard: a child process that sees for its share of the cameras. Run as `python -m edge.workers.vision`.

Threads, and who may call what:

| thread | count | owns | gives to others |
|---|---|---|---|
| main | 1 | the socket's reading side, the beats | KeepStill to the stills thread |
| camera:<id> | one per camera | the connection that is watched, decoder, motion, governor | packets, looks, health |
| record:<id> | one per camera with a main stream | the connection that is recorded | pieces of packets |
| archive | 1 | files under recordings/ | SegmentDone |
| detector:prepare | 1 | whose turn it is, where to look | inputs for the network, two batches ahead at most |
| detector | 1 | the engine, and nothing else | answers, eight pictures at most |
| detector:read | 1 | all trackers | Tracks, the best picture of each camera |
| stills | 1 | files under the media folder | StillKept |
| sender | 1 | the socket's writing side | - |
| packets, watcher:<n> | 1 + one per watcher | the packets socket | - |

Frames never leave this process (law 8). Every queue here has a size and its overflow rule in its docstring (law 5).
A thread that fails unexpectedly ends the process, and so does one that is not heard of when it promised to be
(`Pulse`); the supervisor starts it again. Only the archive promises nothing: a disk that hangs must not cost the
watching.
"""
