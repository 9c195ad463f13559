"""Who is told next, by which way, until somebody knows (docs/design/ladder.md).

Everything here is arithmetic on values. ``climbing.decide(climb, rules, now) -> (climb, actions)`` moves the people of
one incident up the ladder of its severity: told, rung, the substitute told and rung, the chairman, and in the end "not
reached". ``duty`` says who is on duty and whose rest only emergencies break; ``grouping`` what goes into one message;
``wording`` how words fit into 70 characters; ``pace`` when a SIM may send; ``reply`` what an incoming SMS wants.

Times are *ladder time*: milliseconds of a count that goes on with the monotonic clock and never steps, so that neither
a wrong wall clock nor its correction calls anybody early, twice or never.
"""
