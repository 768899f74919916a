from . import res_company
from . import res_config_settings
from . import quality_team
from . import quality_mail_intake_mixin
from . import quality_complaint
from . import quality_inquiry
from . import mail_thread
