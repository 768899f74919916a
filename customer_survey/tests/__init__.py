from . import test_campaign_audience
from . import test_campaign_due
from . import test_campaign_moves
from . import test_campaign_score
from . import test_campaign_sending
from . import test_complaint_from_answer
from . import test_complaint_from_answer_once
from . import test_complaint_from_answer_rights
