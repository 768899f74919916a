"""The steps that both commands begin with: everything that Odoo needs, and a running database server."""

import contextlib

from . import provision
from .database import Installation, Server

STEPS = 4
BROWSER_STEPS = 1


@contextlib.contextmanager
def prepared(steps, browser=False):
    """Yield the installation; the private database server is held until the block ends."""
    with steps.step("Odoo 19", "odoo") as log:
        odoo = provision.find_odoo(log)
    with steps.step("Python packages", "python") as log:
        venv = provision.make_venv(odoo, log)
    with steps.step("PDF engine and fonts", "pdf") as log:
        provision.get_libraries(log)
        provision.get_pdf_engine(venv, log)
        provision.get_fonts(log)
    if browser:
        with steps.step("browser for the tests", "browser") as log:
            provision.get_browser(venv, log)
    server = Server(venv)
    with server.in_use() as holder:
        with steps.step("PostgreSQL", "postgresql") as log:
            server.start(log)
        yield Installation(odoo, venv, server), holder
