"""What goes wrong around the product, and where each of it is tested (issue 3 H).

Kill -9 in each run, in settlements and reversals     test_killed.py, ../worker/test_money_runs.py
Kill -9 of the lanes of the routers                   test_nothing_lies.py, test_forgotten_names.py, ../worker/test_worker_process.py
Two schedulers, one of them killed                    test_two_at_once.py, ../worker/test_money_runs.py
Clock back by minutes, hours, days                    test_clock.py, ../worker/test_schedule.py, ../worker/test_money_runs.py
Midnight in four zones, 29 February, a missed week    test_clock.py, ../worker/test_money_runs.py
SQLite locked, disk full, a refused row               test_database_trouble.py
Every breach named by the doctor                      ../worker/test_invariants.py
"""
