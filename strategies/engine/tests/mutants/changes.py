"""Every small change of a module's kernels, one at a time."""

import ast
import copy
from typing import NamedTuple

DECORATORS = {"kernel", "lean", "inlined"}
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
SUMS = {ast.Add: ast.Sub, ast.Sub: ast.Add}
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}
CALLS = {"min": "max", "max": "min"}


class Mutant(NamedTuple):
    """A changed kernel: its name, where, what it was and became, and its new definition."""

    kernel: str
    line: int
    before: str
    after: str
    definition: ast.FunctionDef

    def __str__(self):
        return f"{self.kernel}:{self.line}: {self.before}  ->  {self.after}"


def mutants_of(source):
    """All mutants of the kernels of a source text."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and _is_kernel(node):
            found += _mutants(node)
    return found


def _is_kernel(node):
    return any(isinstance(d, ast.Name) and d.id in DECORATORS for d in node.decorator_list)


def _mutants(function):
    places = list(ast.walk(function))
    for place, node in enumerate(places):
        for change in _changes(node):
            changed = copy.deepcopy(function)
            target = list(ast.walk(changed))[place]
            before = ast.unparse(target)
            change(target)
            changed.decorator_list = []
            yield Mutant(function.name, node.lineno, before, ast.unparse(target), changed)


def _changes(node):
    """Functions that each change a node of this kind in one way."""
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            if type(operator) in COMPARISONS:
                yield _set_comparison(i, COMPARISONS[type(operator)])
    elif isinstance(node, ast.BoolOp):
        yield _set_operator(LOGIC[type(node.op)])
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SUMS:
        yield _set_operator(SUMS[type(node.op)])
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
        yield _rename_call


def _set_comparison(place, operator):
    def change(node):
        node.ops[place] = operator()

    return change


def _set_operator(operator):
    def change(node):
        node.op = operator()

    return change


def _rename_call(node):
    node.func.id = CALLS[node.func.id]
