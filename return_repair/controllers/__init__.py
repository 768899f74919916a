from . import portal
from . import return_report
