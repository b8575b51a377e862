"""The section Relatórios: one page and one CSV file for every report of `malha.reports.registry`."""
