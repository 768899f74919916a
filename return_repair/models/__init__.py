from . import returns
from . import complaint
from . import odoo
from . import compensation
from . import pickup
