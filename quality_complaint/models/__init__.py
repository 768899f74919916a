from . import deadline
from . import capa
from . import complaint
from . import containment
from . import knowledge
from . import inquiry
from . import odoo
