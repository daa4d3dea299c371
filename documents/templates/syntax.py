"""What a template may say: print a named field, ask whether it is there, list entries. Nothing else is a template.

The sandbox is the second wall. The first is this list of allowed syntax: no call, no arithmetic, no attribute that is
not a named field, so that there is nothing to inject into; loops only over the paper's own lists, so that none is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from documents.fields.named import AnyField, AnyFields, Named, Shape
from models.kernel.errors import Fault

_LOOP = {"index", "first", "last", "length"}
_DEPTH = 40


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a list inside its loop."""

    fields: Mapping[str, AnyField]


_Known = AnyField | _Entry | str | None  # a field, an entry, "loop" or "line", or nothing known
_Scope = Mapping[str, _Known]


@dataclass
class Reading:
    """What was found in the templates of one package."""

    fields: AnyFields
    faults: list[Fault] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def read(self, template: nodes.Template, place: str) -> None:
        """Check one part, told apart by `place`."""
        scope: _Scope = {f.name: f for f in self.fields}
        _Part(self, place).body(template.body, scope, inside=False, depth=0)

    def missing(self) -> Iterator[Fault]:
        """The fields that a paper of this kind must show and no part uses."""
        for named in self.fields:
            if named.required and named.name not in self.used:
                yield Fault("字段", f"模板没有使用必需的字段“{named.name}”（{named.meaning}）。", "missing_field")


@dataclass
class _Part:
    reading: Reading
    place: str

    def refuse(self, message: str, code: str) -> None:
        fault = Fault(self.place, message, code)
        if fault not in self.reading.faults:
            self.reading.faults.append(fault)

    def body(self, statements: list[nodes.Node], scope: _Scope, *, inside: bool, depth: int) -> None:
        if depth > _DEPTH:
            self.refuse("模板中的条件和循环嵌套过深。", "syntax")
            return
        for statement in statements:
            match statement:
                case nodes.Output():
                    for expression in statement.nodes:
                        if not isinstance(expression, nodes.TemplateData):
                            self.printed(expression, scope)
                case nodes.If():
                    self.value(statement.test, scope)
                    for branch in (statement.body, statement.else_, *(e.body for e in statement.elif_)):
                        self.body(branch, scope, inside=inside, depth=depth + 1)
                    for other in statement.elif_:
                        self.value(other.test, scope)
                case nodes.For():
                    self.loop(statement, scope, inside=inside, depth=depth)
                case _:
                    self.refuse("模板只能使用字段、if 条件和 for 循环，不能使用其他指令。", "unsafe_syntax")

    def loop(self, statement: nodes.For, scope: _Scope, *, inside: bool, depth: int) -> None:
        target = statement.target.name if isinstance(statement.target, nodes.Name) else None
        if target is None or statement.recursive or statement.test is not None or target in ("loop", *scope):
            self.refuse("for 循环应当写作“for 变量 in 清单”，变量不得与字段或者外层变量同名。", "unsafe_syntax")
            return
        listed = self.value(statement.iter, scope)
        if not isinstance(listed, Named):
            if listed is not None:
                self.refuse("for 循环只能列出清单字段。", "not_a_list")
            return
        if listed.shape is Shape.TEXT:
            self.refuse(f"“{listed.name}”不是清单，不能用 for 列出。", "not_a_list")
            return
        if inside and isinstance(statement.iter, nodes.Name):
            # Otherwise two long lists would multiply.
            self.refuse(f"循环之内只能再列出该项自己的清单，不能列出“{listed.name}”。", "nested_loop")
            return
        entry: _Known = "line" if listed.shape is Shape.LINES else _Entry({f.name: f for f in listed.fields})
        within = {**scope, target: entry, "loop": "loop"}
        self.body(statement.body, within, inside=True, depth=depth + 1)
        self.body(statement.else_, scope, inside=inside, depth=depth + 1)

    def printed(self, expression: nodes.Node, scope: _Scope) -> None:
        known = self.value(expression, scope)
        if isinstance(known, _Entry) or known == "loop":
            self.refuse("请写明要填写的字段，如“措施.内容”。", "not_text")
        elif isinstance(known, Named) and known.shape is not Shape.TEXT:
            self.refuse(f"“{known.name}”是清单，请用 for 逐项列出。", "not_text")

    def value(self, expression: nodes.Node, scope: _Scope) -> _Known:
        """Return what an expression stands for; None where that is plain or was refused."""
        match expression:
            case nodes.Name():
                return self.name(expression.name, scope)
            case nodes.Getattr():
                return self.attribute(expression, scope)
            case nodes.Const() if isinstance(expression.value, str | int) and len(str(expression.value)) <= 200:
                return "line"
            case nodes.Not():
                self.value(expression.node, scope)
                return "line"
            case nodes.And() | nodes.Or():
                self.value(expression.left, scope)
                self.value(expression.right, scope)
                return "line"
            case nodes.Compare() if all(o.op in ("eq", "ne", "gt", "lt", "gteq", "lteq") for o in expression.ops):
                for operand in (expression.expr, *(o.expr for o in expression.ops)):
                    self.value(operand, scope)
                return "line"
            case nodes.Filter() if self.filtered(expression, scope):
                return "line"
        self.refuse("模板中有不允许的写法：不能调用函数、运算、取内部属性或者使用未列明的过滤器。", "unsafe_syntax")
        return None

    def name(self, name: str, scope: _Scope) -> _Known:
        if name not in scope:
            self.refuse(f"模板中的字段“{name[:40]}”不存在，请对照字段说明修改。", "unknown_field")
            return None
        if isinstance(scope[name], Named):
            self.reading.used.add(name)
        return scope[name]

    def attribute(self, expression: nodes.Getattr, scope: _Scope) -> _Known:
        base = self.value(expression.node, scope)
        if base is None:
            return None
        if base == "loop" and expression.attr in _LOOP:
            return "line"
        if isinstance(base, _Entry) and expression.attr in base.fields:
            return base.fields[expression.attr]
        self.refuse(f"模板中的字段“{expression.attr[:40]}”不存在，请对照字段说明修改。", "unknown_field")
        return None

    def filtered(self, expression: nodes.Filter, scope: _Scope) -> bool:
        """`清单|join("、")` of lines and `清单|length`; no other filter."""
        if expression.node is None or expression.kwargs or expression.dyn_args or expression.dyn_kwargs:
            return False
        listed = self.value(expression.node, scope)
        if not isinstance(listed, Named):
            return listed is None
        if expression.name == "length" and not expression.args:
            return listed.shape is not Shape.TEXT
        return (
            expression.name == "join"
            and listed.shape is Shape.LINES
            and all(isinstance(a, nodes.Const) and len(str(a.value)) <= 20 for a in expression.args)
            and len(expression.args) <= 1
        )
