from . import deadline
from . import capa
from . import complaint
from . import odoo
