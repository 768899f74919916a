from . import ir_http
from . import quality_upload_mixin
from . import quality_portal_mixin
from . import quality_complaint
from . import quality_complaint_filing
from . import res_config_settings
from . import sale_order
