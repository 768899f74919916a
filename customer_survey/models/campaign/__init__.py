from . import survey_campaign
from . import survey_campaign_workflow
from . import survey_campaign_audience
from . import survey_campaign_sending
from . import survey_campaign_progress
from . import survey_campaign_recipient
from . import survey_campaign_recipient_sending
from . import survey_campaign_recipient_mails
