from odoo.fields import Command

from .common import ComplaintCommon

# a Monday; the company works from 8 to 12 and from 13 to 17 o'clock
NOW = "2031-03-03 10:00:00"
TOMORROW_EVENING = "2031-03-04 17:00:00"


class InquiryCommon(ComplaintCommon):
    """A team of plain employees who are asked, and what a customer asks the rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expert = cls._new_user("expert", "base.group_user", notification_type="inbox")
        cls.experts = cls.env["quality.team"].create({
            "name": "Engineering", "company_id": cls.company.id, "leader_id": cls.expert.id, "member_ids": [Command.set(cls.worker.ids)],
        })
        cls.question_type = cls.env["quality.inquiry.type"].create({
            "name": "Lubrication", "company_id": cls.company.id, "team_id": cls.experts.id,
        })
        cls.env.flush_all()

    @classmethod
    def _create_inquiry(cls, user=None, **values):
        """A new question, taken by :attr:`rep`."""
        return cls.env["quality.inquiry"].with_user(user or cls.rep).with_company(cls.company).create({
            "subject": "Which oil?", "partner_id": cls.contact.id, "type_id": cls.question_type.id, **values,
        })

    @classmethod
    def _forward(cls, **values):
        inquiry = cls._create_inquiry(**values)
        inquiry.action_forward()
        return inquiry

    @classmethod
    def _answer_inquiry(cls, inquiry, user=None, answer="Resin-free oil"):
        answered = inquiry.with_user(user or cls.expert)
        answered.answer = answer
        answered.action_answer()
        return inquiry

    @classmethod
    def _give_reason(cls, inquiries, move, user=None, reason="Which gear?"):
        """Press a button that asks for a reason, and write it."""
        inquiries.env["quality.inquiry.reason"].with_user(user or cls.rep).create({
            "inquiry_ids": [Command.set(inquiries.ids)], "move": move, "reason": reason,
        }).action_confirm()

    def _get_step(self, inquiry):
        """(who, what) of the inquiry's one open activity, or None."""
        activity = inquiry.sudo().activity_ids
        self.assertLessEqual(len(activity), 1)
        return (activity.user_id, activity.summary) if activity else None

    def _get_register(self):
        ranges = self.env["res.company"].search([]).inquiry_sequence_id.date_range_ids
        ranges.invalidate_recordset()  # core counts them up in SQL
        return {
            **super()._get_register(),
            "quality.inquiry": self.env["quality.inquiry"].search_count([]),
            "next inquiry": {(of_year.sequence_id.id, of_year.date_from): of_year.number_next_actual for of_year in ranges},
        }
