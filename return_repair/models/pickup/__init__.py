from . import return_order
from . import return_order_line
from . import return_order_spot_refund
from . import account_move
from . import account_payment
