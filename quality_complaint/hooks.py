import logging

import psycopg2

from odoo.modules import db

_logger = logging.getLogger(__name__)


def pre_init_hook(env):
    """Similar complaints are found by pg_trgm. Core creates it with a database; a restored or older one may lack it.

    Where the database role may not create it, the addon works without: texts are compared in a simpler way.
    """
    if env.registry.has_trigram:
        return
    try:
        with env.cr.savepoint(flush=False):
            env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", log_exceptions=False)
    except psycopg2.Error as error:
        _logger.info("Texts are compared in a simpler way, because pg_trgm can't be created: %s", error)
    env.registry.has_trigram = db.has_trigram(env.cr)
