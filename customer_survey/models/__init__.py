from . import campaign
from . import complaint
from . import odoo
from . import score
from . import report
