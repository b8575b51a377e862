"""The results as a page to read, with the bars beside them."""

from collections.abc import Iterable
from typing import Any

PAGE_MS, PAGE_RATIO, DASHBOARD_MS = 60, 1.3, 150
SIGN_UPS, WRITES, READ_S, COMMANDS, CHANGE_S = 100, 5000, 1.0, 6, 3.0
SECOND_START_S = 5
SLIP_MS = 40
BLOCK_S = 4
BILLING_S, BILLING_MB, BILLING_RATIO, AGAIN_S, DUNNING_S = 25, 200, 12, 3, 10


def markdown(results: dict[str, Any]) -> str:
    """Everything that was measured."""
    machine = results["machine"]
    lines = [
        "# Measured",
        "",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; Python {machine['python']}, "
        f"PostgreSQL {machine['postgresql']}; load {machine['load_before']} before and {machine['load_after']} after.",
        "",
    ]
    if results.get("pages"):
        lines += _pages(results["pages"])
    if results.get("sign_ups"):
        lines += _sign_ups(results["sign_ups"])
    if results.get("dashboard"):
        lines += _dashboard(results["dashboard"])
    if results.get("money"):
        lines += _money(results["money"])
    if results.get("export"):
        lines += _export(results["export"])
    if results.get("routers"):
        lines += _routers(results["routers"])
    if results.get("slips"):
        lines += _slips(results["slips"])
    if results.get("starts"):
        lines += _starts(results["starts"])
    return "\n".join(lines) + "\n"


def _slips(found: dict[str, Any]) -> list[str]:
    rows = [
        f"| {layout} | {one['slips']:,} | {one['seconds']} s | {one['cpu_ms_each']} ms | {one['memory_before_mb']} MB | "
        f"{one['memory_peak_mb']} MB | {one['megabytes_of_pdf']} MB |"
        for layout, one in found.items()
    ]
    return [
        "## Boletos on paper",
        "",
        f"One PDF, drawn a few sheets at a time. Bar: {SLIP_MS} ms of processor a boleto.",
        "",
        "| layout | slips | time | processor, each | memory before | at most | file |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def _starts(found: dict[str, Any]) -> list[str]:
    return [
        "## Starts",
        "",
        "Seconds from `./run` in a fresh clone to the first page, demo and all. The first one installs the libraries.",
        "",
        "| | seconds | bar |",
        "|---|---|---|",
        f"| first | {found['first_start_s']} | |",
        f"| second | {found['second_start_s']} | < {SECOND_START_S} |",
        "",
    ]


def _pages(pages: Iterable[dict[str, Any]]) -> list[str]:
    lines = [
        "## Pages",
        "",
        "Server time in milliseconds, median / p95, from the request to the last byte, the whole page with its frame; in brackets what "
        "the processors worked for it, here and in the database, which other programs on the machine do not change. "
        f"Bar for list and search at 100,000: p95 ≤ {PAGE_MS} ms and ≤ {PAGE_RATIO} × the time at 10,000.",
        "",
        "| | PostgreSQL 10,000 | PostgreSQL 100,000 | ratio | SQLite 10,000 | bar |",
        "|---|---|---|---|---|---|",
    ]
    for page in pages:
        cells = [_pair(page.get(where)) for where in ("pg10k", "pg100k")]
        met = page["pg100k"]["p95_ms"] <= PAGE_MS and page["ratio_p95"] <= PAGE_RATIO
        ratio = f"{page['ratio_median']:.2f} / {page['ratio_p95']:.2f} ({page['ratio_cpu']:.2f})"
        lines.append(f"| {page['name']} | {cells[0]} | {cells[1]} | {ratio} | {_pair(page.get('sqlite10k'))} | {'✓' if met else '✗'} |")
    return [*lines, ""]


def _pair(one: dict[str, Any] | None) -> str:
    return f"{one['median_ms']:.1f} / {one['p95_ms']:.1f} ({one['cpu_ms']:.1f})" if one else "—"


def _sign_ups(found: dict[str, Any]) -> list[str]:
    lines = [
        "## Sign-ups",
        "",
        f"The seed's minimum, every commit on the disk. Bar: ≥ {SIGN_UPS} a second.",
        "",
        "| | a second | median ms | processor ms |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one['per_second']} | {one['median_ms']} | {one.get('cpu_ms', '')} |"
        for name, one in found.items()
        if isinstance(one, dict)
    ]
    lines += [f"| {name} | {one} | | |" for name, one in found.items() if not isinstance(one, dict)]
    return [*lines, ""]


def _dashboard(pages: Iterable[dict[str, Any]]) -> list[str]:
    lines = [
        "## Painel",
        "",
        "Milliseconds, median / p95, as for the pages. Its figures are kept for a minute; *read anew* is what the first one after it "
        f"pays. Bar at 100,000: p95 ≤ {DASHBOARD_MS} ms.",
        "",
        "| | PostgreSQL 10,000 | PostgreSQL 100,000 | SQLite 10,000 | bar |",
        "|---|---|---|---|---|",
    ]
    for page in pages:
        cells = [_pair(page.get(where)) for where in ("pg10k", "pg100k", "sqlite10k")]
        lines.append(f"| {page['name']} | {' | '.join(cells)} | {'✓' if page['pg100k']['p95_ms'] <= DASHBOARD_MS else '✗'} |")
    return [*lines, ""]


def _money(found: dict[str, Any]) -> list[str]:
    lines = [
        "## Money",
        "",
        f"One morning for every contract, on PostgreSQL. Bars at 100,000: the billing day ≤ {BILLING_S} s, ≤ {BILLING_MB} MB and "
        f"≤ {BILLING_RATIO} × one INSERT … SELECT a table of the same rows in the same run; run again ≤ {AGAIN_S} s; the dunning day "
        f"with one in ten late ≤ {DUNNING_S} s.",
        "",
        "| | contracts | seconds | × INSERT … SELECT | statements per 1,000 | MB, the whole process | again | notices | blocks |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for where, one in found.items():
        billing, dunning = one["billing"], one["dunning"]
        ratio = billing["seconds"] / billing["insert_select_s"]
        lines.append(
            f"| {where} | {billing['charges']:,} | {billing['seconds']} | {ratio:.1f} | {billing['per_thousand']} | "
            f"{billing['memory_mb']:.0f} | {billing['again_s']} s | {dunning['late']:,} in {dunning['noticing']['seconds']} s | "
            f"{dunning['blocked']:,} in {dunning['blocking']['seconds']} s |"
        )
    return [*lines, ""]


def _export(found: dict[str, Any]) -> list[str]:
    lines = ["## CSV export of the whole list", "", "| | seconds | MB of CSV | MB of memory added |", "|---|---|---|---|"]
    lines += [f"| {name} | {one['seconds']} | {one['megabytes_of_csv']} | {one['memory_added_mb']} |" for name, one in found.items()]
    return [*lines, ""]


def _routers(found: dict[str, Any]) -> list[str]:
    change, quiet, block = found["change_profile_of_1000"], found["no_change"], found["block_of_1000"]
    return [
        "## Routers",
        "",
        "A simulated router that answers after 20 ms, beside the client on the same machine.",
        "",
        "| | measured | bar |",
        "|---|---|---|",
        f"| writes a second, client alone | {found['writes_per_second']:,} | ≥ {WRITES:,} |",
        f"| 20,000 secrets read | {found['read_20000_secrets_s']} s | ≤ {READ_S} s |",
        f"| pass over {quiet['accesses']:,} accesses without a change | {quiet['writes']} writes, {quiet['commands_a_pass']} commands | "
        f"0 writes, ≤ {COMMANDS} commands |",
        f"| another profile for 1,000 accesses, {change['sessions_dropped']} sessions dropped, pace lifted | "
        f"{change['all_of_it_s']} s | ≤ {CHANGE_S} s |",
        f"| block of {block['blocked']:,} beside a mute router: to the last profile written | {block['written_s']} s "
        f"(decided in {block['decided_s']} s) | ≤ {BLOCK_S} s |",
        f"| … their {block['sessions_dropped']} sessions dropped at {block['pace']} a second | {block['all_of_it_s']} s | "
        f"{block['sessions_dropped'] / block['pace']:.0f} s and what went before |",
        f"| {found['new_accesses']:,} new accesses from the database onto the router and confirmed | {found['new_accesses_s']} s | |",
        "",
    ]
