from . import returns
from . import complaint
from . import warehouse
from . import caller
from . import odoo
from . import compensation
from . import cost
from . import quotation
