from . import return_order
from . import return_order_line
from . import return_order_scan
