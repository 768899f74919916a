from . import return_report
