"""`./run bench NAME`: how fast the parts are on this machine, measured on the real parts. docs/guide/bench.md explains.

A bench is a module of this package with `measure(quick, say) -> Outcome`. It compares its cases within one run, in
rounds that take turns, so that another load on the machine falls on all of them.
"""
