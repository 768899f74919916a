from . import return_order_line
from . import return_order
from . import return_order_filing
from . import sale_order
