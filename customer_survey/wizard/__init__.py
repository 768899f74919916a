from . import survey_campaign_reason
