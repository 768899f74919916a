from . import returns
from . import repair
from . import complaint
from . import odoo
