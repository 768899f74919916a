from . import returns
from . import complaint
from . import odoo
from . import cost
from . import recovery
from . import analysis
