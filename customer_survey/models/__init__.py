from . import campaign
from . import complaint
from . import odoo
from . import entry
from . import score
from . import report
from . import loop
