from . import quality_capa_object
from . import quality_capa_verify
from . import quality_complaint_cancel
from . import quality_complaint_plan
from . import quality_complaint_plan_line
from . import quality_complaint_transfer_wizard
from . import quality_containment
from . import quality_containment_line
