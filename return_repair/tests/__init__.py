from . import test_repair_from_complaint
from . import test_repair_gate
from . import test_repair_link
