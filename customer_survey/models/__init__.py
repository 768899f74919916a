from . import complaint
from . import odoo
