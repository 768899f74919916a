"""Rules of the setup that can be checked without Odoo."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

os.environ.setdefault("SUITE_STATE", tempfile.gettempdir())
from suite import check, console, database, logcheck, serve

LINE = "2026-01-01 10:00:00,000 42 {} db odoo.modules.loading: {}"


class LogCheckTest(unittest.TestCase):
    def test_warnings_and_errors_are_found(self):
        lines = [LINE.format(level, "text") for level in ("INFO", "WARNING", "ERROR", "CRITICAL")]
        self.assertEqual(logcheck.unexpected_lines("\n".join(lines)), lines[1:])

    def test_allowed_line_needs_its_own_logger_and_beginning(self):
        with mock.patch.object(logcheck, "ALLOWED", (("odoo.modules.loading", "known", "reason"),)):
            self.assertEqual(logcheck.unexpected_lines(LINE.format("WARNING", "known thing")), [])
            self.assertTrue(logcheck.unexpected_lines(LINE.format("WARNING", "other thing")))
            self.assertTrue(logcheck.unexpected_lines(LINE.format("WARNING", "known").replace("modules", "sql_db")))

    def test_every_allowed_line_has_a_reason(self):
        for _logger, _message, reason in logcheck.ALLOWED:
            self.assertGreater(len(reason), 20)


class ConsoleTest(unittest.TestCase):
    def test_missing_network_is_explained(self):
        self.assertIn("network", console.hint_for("E: Temporary failure resolving 'deb.debian.org'"))
        self.assertEqual(console.hint_for("something else"), "")

    def test_failed_step_shows_end_of_its_log_and_how_to_go_on(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            steps = console.Steps(Path(folder), 1)
            with (
                self.assertRaisesRegex(
                    console.Failure, "(?s)last words.*step 1/1 thing failed.*Full log:.*Run the same"
                ),
                steps.step("thing", "thing") as log,
            ):
                console.run(["sh", "-c", "echo last words; exit 3"], log)


class RunTest(unittest.TestCase):
    def test_taken_port_is_refused_with_advice(self):
        with serve.socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with self.assertRaisesRegex(console.Failure, "--port"):
                serve.check_port_is_free(taken.getsockname()[1])

    def test_own_server_is_used_when_any_connection_variable_is_set(self):
        with mock.patch.dict(os.environ, {"PGHOST": "db.example"}):
            self.assertTrue(database.has_own_server())


class TestTest(unittest.TestCase):
    def test_two_runs_at_once_get_different_databases(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(check, "LOCKS", Path(folder)),
            check.own_slot() as first,
            check.own_slot() as second,
        ):
            self.assertNotEqual(first, second)

    def test_addons_are_resolved_to_modules_of_odoo(self):
        needed = database.addons_needed(check.REPOSITORY, ["customer_survey"])
        self.assertIn("sale_stock", needed)
        self.assertNotIn("quality_complaint", needed)


class StrictTest(unittest.TestCase):
    """Needs pytest, that is, the Python of the suite's virtual environment."""

    def pytest_exit_code(self, source):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "test_it.py").write_text(f"import unittest\nclass TestIt(unittest.TestCase):\n    {source}\n")
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "pytest_strict",
                "-p",
                "no:odoo",
                "-p",
                "no:cacheprovider",
                folder,
            ]
            environment = {**os.environ, "PYTHONPATH": str(check.SETUP)}
            return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode

    def test_skipped_test_fails_the_run(self):
        self.assertEqual(self.pytest_exit_code("def test_it(self): pass"), 0)
        self.assertEqual(self.pytest_exit_code("def test_it(self): self.skipTest('no browser')"), 1)

    def test_run_without_tests_fails(self):
        self.assertNotEqual(self.pytest_exit_code("pass"), 0)


if __name__ == "__main__":
    unittest.main()
