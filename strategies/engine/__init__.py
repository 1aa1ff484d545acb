"""The engine: bars in, decisions out. Pure numbers, no Django, no clock, no I/O.

Axis 0 is time throughout: n bars, bar t known at its close. `[C]` orders fill at that close; stops
and targets act from t + 1 on. Numbers are float64 or small integers and kernels never raise: they
answer NaN, -1 or a status code.

The ground: `types` (arrays, bars), `jit` (kernels that compile on their first call), `errors`,
`version`, `template` (what a pack declares). On it stand, each knowing those before it:

    indicators    the packs, one module each, and the catalogue that finds them
    spec          a strategy, typed and checked
    nodes         outputs over bars, shared by all strategies that read them
    walk          one position over those outputs, and the trades it makes
    figures       key figures and analytics of trades
    program       a strategy compiled: nodes and walk together
    report        the result of a backtest as a document
    search        many variants of a strategy, each as exact as a backtest
    trust         whether a result can be believed

    program = compile_program(spec)
    memory = program.new_memory()
    advance = program.advance(memory, bars)           # the whole history, or one bar: same code
    snapshot = program.dumps(memory)

`indicators.catalogue` can be read anywhere, a web process included: it loads no numba.
"""
