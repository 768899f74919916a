"""pytest plugin: a skipped test, or a run without any test, is a failure (green must mean tested), and parallel workers leave each other's files alone."""

import pytest


def pytest_sessionstart(session):
    """The databases of the workers share one folder of files: what one clears away after a class may be what another has just
    written and not committed. The folder goes with the database.
    """
    if hasattr(session.config, "workerinput"):
        from odoo.tests.common import TransactionCase

        TransactionCase._gc_filestore = classmethod(lambda _cls: None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker of pytest-xdist; its results are judged where they come together
        return
    if exitstatus == pytest.ExitCode.OK and (reporter.stats.get("skipped") or not reporter.stats.get("passed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if terminalreporter.stats.get("skipped"):
        terminalreporter.write_line(
            "FAILED: tests were skipped; nothing may be skipped here (see the SKIPPED lines for the reason)", red=True
        )
    elif not terminalreporter.stats.get("passed") and not terminalreporter.stats.get("failed"):
        terminalreporter.write_line("FAILED: no test ran", red=True)
