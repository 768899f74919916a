from . import survey_campaign_entry
from . import survey_campaign_import_wizard
from . import survey_campaign_reason
