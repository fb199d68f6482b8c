"""Prints what cliff makes of the cases.

Reads the cases file that is its argument and writes one JSON array to stdout,
with a string for each case, kind and variant, in the order in which the Go side
goes through them. cliff's own commands and parsers do all the work. What is
nested is handed over in osc-lib's columns, as openstackclient's commands do.
"""

import io
import json
import sys
import types

from cliff import lister
from cliff import show
from osc_lib.cli import format_columns


def value(v):
    if isinstance(v, dict):
        return format_columns.DictColumn(v)
    if isinstance(v, list) and any(isinstance(i, dict) for i in v):
        return format_columns.ListDictColumn(v)
    if isinstance(v, list):
        return format_columns.ListColumn(v)
    return v


def arguments(variant):
    out = []
    for name, given in variant.items():
        for one in given if isinstance(given, list) else [given]:
            out += ["--" + name] if one is True else ["--%s=%s" % (name, one)]
    return out


def run(base, variant, columns, data):
    class Command(base):
        def take_action(self, parsed):
            return columns, data

    stdout = io.StringIO()
    command = Command(types.SimpleNamespace(stdout=stdout), None)
    parsed = command.get_parser("case").parse_args(arguments(variant))
    try:
        command.run(parsed)
    except Exception as problem:  # then only the deliberate differences may name it
        return "%s: %s" % (type(problem).__name__, problem)
    return stdout.getvalue()


def main():
    with open(sys.argv[1]) as f:
        cases = json.load(f)
    out = []
    for table in cases["tables"]:
        rows = [[value(v) for v in row] for row in table["rows"]]
        for variant in cases["lists"] + table.get("variants", []):
            out.append(run(lister.Lister, variant, tuple(table["columns"]), rows))
        for variant in cases["records"] if rows else []:
            out.append(run(show.ShowOne, variant, tuple(table["columns"]), rows[0]))
    json.dump(out, sys.stdout)


main()
