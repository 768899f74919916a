"""An invitation, of 10,000, takes at most a quarter of the time of one of core's ``survey.invite``, and at most three queries.

Core's are measured for a questionnaire of their own and 200 at a time: it does each alone, and reads all earlier ones of the questionnaire before.
"""

import statistics

from copy_rows import copy_rows
from measure import report, timed, undone

from odoo.tests import tagged

from odoo.addons.customer_survey.models.campaign.survey_campaign_sending import BATCH
from odoo.addons.customer_survey.tests.common import CampaignCommon

RECIPIENTS, ROUNDS = 10_000, 5
INVITED_BY_CORE = 100


@tagged("post_install", "-at_install")
class BenchCampaignSending(CampaignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.core_survey = cls.survey.copy()
        cls.campaign = cls._create_campaign(date_end="2099-12-31")
        customer = cls._create_customer("Customer & Sons")
        recipient = cls.env["survey.campaign.recipient"].with_user(cls.organizer).create({"campaign_id": cls.campaign.id, "partner_id": customer.id})
        cls.campaign.action_start()
        cls.env.flush_all()
        address = dict.fromkeys(("email", "email_normalized"), "'office@customer' || number || '.example'")
        partner_id = copy_rows(customer, RECIPIENTS, {**address, "commercial_partner_id": "(SELECT MAX(id) + 1 FROM res_partner) + number"})
        first_id = copy_rows(recipient, RECIPIENTS, {**address, "partner_id": "%(first)s + number"}, first=partner_id)
        cls.env.invalidate_all()
        cls.customer_ids = list(range(partner_id, partner_id + RECIPIENTS))
        cls.recipient_ids = list(range(first_id, first_id + RECIPIENTS))

    def _ask(self, ids):
        """What the scheduler does, but for storing."""
        for at in range(0, len(ids), BATCH):
            self.env["survey.campaign.recipient"].sudo().browse(ids[at:at + BATCH])._do_isolated(lambda recipients: recipients._ask())
            self.env.flush_all()

    def _invite(self, ids):
        self.env["survey.invite"].create({
            "survey_id": self.core_survey.id, "partner_ids": ids, "template_id": self.env.ref("survey.mail_template_user_input_invite").id,
        }).action_invite()

    def _count_mails(self):
        self.env.flush_all()
        return self.env["mail.mail"].search_count([])

    def test_an_invitation_takes_a_quarter_of_one_of_cores(self):
        with undone(self.env):  # warm
            self._ask(self.recipient_ids[:BATCH])
            self._invite(self.customer_ids[:10])
        before, part, rounds = self._count_mails(), RECIPIENTS // ROUNDS, []
        for number in range(ROUNDS):
            ours = timed(self.env, lambda at=number * part: self._ask(self.recipient_ids[at:at + part]))
            with undone(self.env):
                core = timed(self.env, lambda at=number * INVITED_BY_CORE: self._invite(self.customer_ids[at:at + INVITED_BY_CORE]))
            rounds.append([value / part for value in ours] + [value / INVITED_BY_CORE for value in core])
        self.assertEqual(self._count_mails() - before, RECIPIENTS)
        self.assertEqual(self.campaign.asked_count, RECIPIENTS)
        seconds, queries, core_seconds, core_queries = map(statistics.median, zip(*rounds, strict=True))
        ratio = statistics.median(ours / core for ours, _queries, core, _core_queries in rounds)
        report(f"an invitation, of {RECIPIENTS:,} / one of core's", seconds, core_seconds, ratio)
        report("queries for a hundred invitations / for a hundred of core's", round(100 * queries), round(100 * core_queries), queries / core_queries)
        self.assertLessEqual(queries, 3)
        self.assertLessEqual(ratio, 0.25)
