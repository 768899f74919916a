"""Entry of ./setup/run and ./setup/test: main.py run|test [options]."""

import argparse
import sys

from suite import check, serve
from suite.console import Failure

COMMANDS = {
    "run": (serve, "Bring up Odoo 19 with the three addons on http://127.0.0.1:8069 (admin / admin)."),
    "test": (check, "Check the addons: lint, wheels, installation, update, tests."),
}
ENVIRONMENT = """environment:
  ODOO_PATH            a folder with Odoo 19 (source checkout, or the folder that holds the package odoo) to use
                       instead of Debian's package; needed where the system is not Debian 12 or 13
  PGHOST, PGUSER, ...  a PostgreSQL server to use instead of a private one (the user needs CREATEDB)
  SUITE_STATE          the folder for everything downloaded and made (about 4 GB), shared by all clones; default:
                       /var/lib/odoo-quality-suite for root, ~/.local/share/odoo-quality-suite for others
"""


def main():
    name = sys.argv[1]
    module, description = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"./setup/{name}",
        description=description,
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    try:
        module.main(parser.parse_args(sys.argv[2:]))
    except Failure as failure:
        sys.exit(f"\nerror: {failure}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; run the same command again to go on from here")


if __name__ == "__main__":
    main()
