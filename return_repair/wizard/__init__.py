from . import return_order_reason
