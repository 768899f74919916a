from . import return_needed_part
from . import return_order_line_inspection
from . import return_order_inspection
from . import repair_order
from . import return_order_line_repair
from . import return_order_line_shipping
from . import return_order_repair
from . import stock_move
