"""dbt doing less around each node of a build.

A build is a thousand nodes, most of them tests that DuckDB answers in a few milliseconds. What dbt does around each
(a namespace of seven hundred macros, twice; four macros to count the rows of a query; files that nobody opens) takes
several times as long; so does compiling each of their texts anew, and wording events that no log shows. Nothing here
changes what a model or a test is, which rows it finds, or what is said of it.

Written for the pinned dbt-core (`requirements.lock`); `tests/orchestration/lib/dbt/test_lean.py` holds both ways of
working against each other.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, MutableMapping
from types import CodeType
from typing import Any

from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.factory import get_adapter_package_names
from dbt.clients.jinja import MacroGenerator
from dbt.compilation import Compiler, Linker
from dbt.context.macros import MacroNamespace
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import GenericTestNode, ParsedNode, SingularTestNode
from dbt.include.global_project import PROJECT_NAME as GLOBAL_PROJECT_NAME
from dbt.node_types import NodeType
from dbt.task import runnable
from dbt.task.test import TestResultData, TestRunner
from dbt_common.clients.jinja import MacroFuzzEnvironment, NativeSandboxEnvironment, get_environment
from dbt_common.events.base_types import BaseEvent
from jinja2 import Environment, Template

PLAIN_TEST = "test"


def work_lean() -> None:
    """Have every dbt command of this process work so."""
    for owner, name, replacement in (
        (ManifestContext, "_build_namespace", _build_namespace),
        (TestRunner, "execute_data_test", _execute_data_test),
        (Compiler, "_write_node", _write_node),
        (ParsedNode, "write_node", _write_file),
        # Descriptions of the graph for those who study dbt's own speed: each serializes every node anew.
        (Linker, "get_graph_summary", lambda *_: {}),
        (Compiler, "write_graph_file", lambda *_: None),
        # The manifest was written when the project was read.
        (runnable, "write_manifest", lambda *_: None),
        (MacroFuzzEnvironment, "from_string", _from_string),
        (NativeSandboxEnvironment, "from_string", _from_string),
        (BaseEvent, "__init__", _announce),
        (BaseEvent, "pb_msg", property(_message, _set_message)),
    ):
        setattr(owner, name, replacement)


def compile_ahead(manifest: Any) -> None:
    """Compile the texts of all models and tests, and import what a build needs, while there is nothing else to do."""
    importlib.import_module("dbt.adapters.duckdb")
    plain, native = get_environment(), get_environment(native=True)
    for node in manifest.nodes.values():
        if node.resource_type in (NodeType.Model, NodeType.Test):
            _compiled(plain, node.raw_code)
        if isinstance(node, GenericTestNode):
            for value in node.test_metadata.kwargs.values():
                if isinstance(value, str) and "{{" in value:
                    _compiled(native, value)


_codes: dict[tuple[type, str], CodeType] = {}


def _compiled(environment: Environment, source: str) -> CodeType:
    """Jinja's code of a text. dbt's environments of one class differ in nothing that is compiled in."""
    key = (type(environment), source)
    code = _codes.get(key)
    if code is None:
        code = _codes[key] = environment.compile(source)
    return code


def _from_string(
    self: Environment,
    source: str,
    globals: MutableMapping[str, Any] | None = None,
    template_class: type[Template] | None = None,
) -> Template:
    made = template_class or self.template_class
    return made.from_code(self, _compiled(self, source), self.make_globals(globals), None)


_dbt_words_event = BaseEvent.__init__


def _announce(self: BaseEvent, *args: Any, **kwargs: Any) -> None:
    """An event keeps what it would say: its message is made when somebody reads it."""
    self.__dict__["_unsaid"] = (args, kwargs)


def _message(self: BaseEvent) -> Any:
    if "_said" not in self.__dict__:
        args, kwargs = self.__dict__.pop("_unsaid")
        _dbt_words_event(self, *args, **kwargs)
    return self.__dict__["_said"]


def _set_message(self: BaseEvent, message: Any) -> None:
    self.__dict__["_said"] = message


class _FlatNamespace(dict[str, Any], MacroNamespace):
    """dbt's namespace, looked up once: its keys in order of precedence."""

    def __init__(self, flat: Mapping[str, Any], **parts: Any) -> None:
        dict.__init__(self, flat)
        MacroNamespace.__init__(self, **parts)


class _Macros:
    """The macros of a manifest as one package sees them: where each stands in the parts of a namespace."""

    def __init__(self, manifest: Any, root: str, package: str, internal: list[str]) -> None:
        by_package = manifest.get_macros_by_package()
        self.macros = [macro for macros in by_package.values() for macro in macros.values()]
        positions: dict[str, dict[str, int]] = {}
        for position, macro in enumerate(self.macros):
            positions.setdefault(macro.package_name, {})[macro.name] = position
        # The first of the internal packages wins.
        self.internal = {name: at for one in reversed(internal) for name, at in positions.get(one, {}).items()}
        self.packages = {name: found for name, found in positions.items() if name not in internal}
        self.locals = self.packages.get(package, {})
        self.globals = self.packages.get(root, {}) if root != package else {}

    def namespace(self, context: dict[str, Any], stack: Any) -> MacroNamespace:
        """The namespace of one context."""
        made = []
        for macro in self.macros:
            generator = MacroGenerator.__new__(MacroGenerator)
            generator.__dict__ = {"context": context, "macro": macro, "node": None, "stack": stack}
            made.append(generator)
        internal, globals_, locals_ = (
            {name: made[at] for name, at in part.items()} for part in (self.internal, self.globals, self.locals)
        )
        packages = {package: {name: made[at] for name, at in part.items()} for package, part in self.packages.items()}
        return _FlatNamespace(
            {**internal, GLOBAL_PROJECT_NAME: internal, **packages, **globals_, **locals_},
            global_namespace=globals_,
            local_namespace=locals_,
            global_project_namespace=internal,
            packages=packages,
        )


def _build_namespace(self: Any) -> MacroNamespace:
    known = self.manifest.__dict__.setdefault("_postsale_macros", {})
    macros = known.get(self.search_package)
    if macros is None:
        internal = get_adapter_package_names(self.config.credentials.type)
        macros = _Macros(self.manifest, self.config.project_name, self.search_package, internal)
        known[self.search_package] = macros
    return macros.namespace(self._ctx, self.macro_stack)


_dbt_executes_data_test = TestRunner.execute_data_test
_dbt_writes_node = Compiler._write_node
_dbt_writes_file = ParsedNode.write_node


def _execute_data_test(self: Any, data_test: Any, manifest: Any) -> TestResultData:
    """Count what a test finds. Its query is written to a file when it finds something or cannot be run."""
    config = data_test.config
    if (
        config.store_failures
        or config.limit is not None
        or config.get("sql_header")
        or config.materialized != PLAIN_TEST
    ):
        _dbt_writes_node(self.compiler, data_test)
        return _dbt_executes_data_test(self, data_test, manifest)
    sql = (
        f"select\n  {config.fail_calc} as failures,\n  {config.fail_calc} {config.warn_if} as should_warn,\n"
        f"  {config.fail_calc} {config.error_if} as should_error\nfrom (\n{data_test.compiled_code}\n"
        ") dbt_internal_test"
    )
    failures, should_warn, should_error = None, True, True
    try:
        _, cursor = self.adapter.connections.add_query(sql, auto_begin=False)
        failures, should_warn, should_error = cursor.fetchone()
    finally:
        if should_warn or should_error:
            _dbt_writes_node(self.compiler, data_test)
    return TestResultData(
        failures=int(failures),
        should_warn=bool(should_warn),
        should_error=bool(should_error),
        adapter_response=AdapterResponse(_message="OK").to_dict(omit_none=True),
    )


def _write_node(self: Any, node: Any, split_suffix: str | None = None) -> Any:
    """Write a compiled query: of tests only when they have something to say."""
    if isinstance(node, GenericTestNode | SingularTestNode):
        return node
    return _dbt_writes_node(self, node, split_suffix)


def _write_file(self: Any, project_root: str, compiled_path: str, compiled_code: str) -> None:
    """Write a node's file, but not its statement as run: it is the compiled query between `create` and `as`."""
    if compiled_path != self.build_path:
        _dbt_writes_file(self, project_root, compiled_path, compiled_code)
