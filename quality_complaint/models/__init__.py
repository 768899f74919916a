from . import deadline
from . import capa
from . import complaint
from . import knowledge
from . import odoo
