from . import survey_campaign
from . import survey_campaign_workflow
from . import survey_campaign_recipient
