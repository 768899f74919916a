from . import return_order_line
from . import return_order
from . import quality_capa
from . import return_report
