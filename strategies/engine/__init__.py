"""The engine: bars in, decisions out. Pure numbers, no Django, no clock, no I/O.

Axis 0 is time throughout: n bars, bar t known at its close. `[C]` orders fill at that close; stops
and targets act from t + 1 on. Numbers are float64 or small integers and kernels never raise: they
answer NaN, -1 or a status code.

`catalogue` describes the templates and can be imported anywhere, a web process included: nothing
there loads numba, and kernels compile when they are first called (`jit`).

    program = compile_program(spec)
    state = program.new_state()
    advance = program.advance(state, bars)            # the whole history, or one bar: same code
    data = program.dumps(state)

`live.NodeGroup` holds node states that several strategies share; each strategy then keeps only
its position and calls `program.walk`.
"""
