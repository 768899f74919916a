from . import quality_notify_mixin
from . import quality_workflow_mixin
from . import quality_deadline_mixin
from . import quality_deadline_alert
from . import quality_team
