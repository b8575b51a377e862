"""Files and functions stay small enough to be read in one go (house.md §1)."""

from tests.architecture.source import functions, modules

LINES_PER_FILE = 500
LINES_PER_FUNCTION = 60


def test_no_file_is_longer_than_500_lines() -> None:
    long = [f"{module.name}: {module.lines}" for module in modules() if module.lines > LINES_PER_FILE]

    assert long == []


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{module.at(function)} {function.name}: {function.end_lineno - function.lineno + 1}"
        for module in modules()
        for function in functions(module)
        if function.end_lineno and function.end_lineno - function.lineno + 1 > LINES_PER_FUNCTION
    ]

    assert long == []
