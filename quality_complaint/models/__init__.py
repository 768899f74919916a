from . import deadline
from . import capa
from . import complaint
from . import containment
from . import delivery
from . import knowledge
from . import inquiry
from . import odoo
