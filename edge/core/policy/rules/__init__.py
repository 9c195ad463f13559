"""When what a camera tracks becomes an incident, and when that incident is over.

Everything here is arithmetic on values: ``decide(watch, fact, rules, now) -> (watch, actions)``.

**One story for one thing.** A rule has at most one open story. Before a rule opens one of its own, it asks whether all
that it sees now belong to a story of the same kind that another rule of this camera has open: then they are that story,
which goes on (a person who walks from one zone into the next). If the second rule is graver, or has words of its own to
say over the horns, the story grows instead. A track that the tracker loses and finds again under another number is
followed as the same figure: at the same place within seconds, or on the same spot within minutes. A story ends when
nobody of it was seen where its rules look for the quiet time of the rule that opened it.
"""
