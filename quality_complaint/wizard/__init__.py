from . import quality_complaint_cancel
from . import quality_complaint_transfer_wizard
